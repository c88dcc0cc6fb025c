import { HOST_LITTLE_ENDIAN } from '../bytes.js';
import { AttributeCursor } from './attributeCursor.js';
import { GENL_HDRLEN, NLM_F_DUMP, NLM_F_REQUEST } from './constants.js';
import { buildGenericBody, buildMessage, type Message } from './message.js';

// Spelled as in linux/devlink.h of Linux 6.12.
export const DEVLINK_GENL_NAME = 'devlink';
const DEVLINK_GENL_VERSION = 1;
const DEVLINK_CMD_TRAP_GET = 61;
export const DEVLINK_CMD_TRAP_NEW = 63;
export const DEVLINK_ATTR_BUS_NAME = 1;
export const DEVLINK_ATTR_DEV_NAME = 2;
export const DEVLINK_ATTR_TRAP_NAME = 130;
export const DEVLINK_ATTR_TRAP_ACTION = 131;
export const DEVLINK_ATTR_TRAP_GROUP_NAME = 135;
/** The switch drops the packet and gives the processor no copy. */
export const DEVLINK_TRAP_ACTION_DROP = 0;
export const DEVLINK_TRAP_ACTION_TRAP = 1;

/** A reason for which a switch can hand a packet to the processor. */
export interface Trap {
  /** Bus and device, as the devlink command prints them: `pci/0000:03:00.0`. */
  readonly device: string;
  readonly name: string;
  readonly group: string;
  /** DEVLINK_TRAP_ACTION_* */
  readonly action: number;
}

/**
 * Builds TRAP_GET as a dump. The kernel answers with one TRAP_NEW for each trap of each device in this network
 * namespace. Needs no privilege.
 */
export function buildTrapDump(familyId: number, sequence: number): Uint8Array {
  return buildMessage(
    { type: familyId, flags: NLM_F_REQUEST | NLM_F_DUMP, sequence },
    buildGenericBody(DEVLINK_CMD_TRAP_GET, DEVLINK_GENL_VERSION, new Uint8Array(0)),
    HOST_LITTLE_ENDIAN,
  );
}

/** Decodes TRAP_NEW. Undefined for another message, a malformed one, and one without name or action. */
export function decodeTrap(message: Message, familyId: number): Trap | undefined {
  const { view, start, end, littleEndian } = message;
  if (message.type !== familyId || end - start < GENL_HDRLEN) return undefined;
  if (view.getUint8(start) !== DEVLINK_CMD_TRAP_NEW) return undefined;
  let bus = '';
  let device = '';
  let name = '';
  let group = '';
  let action: number | undefined;
  const cursor = new AttributeCursor();
  cursor.reset(view, start + GENL_HDRLEN, end, littleEndian);
  while (cursor.next()) {
    switch (cursor.type) {
      case DEVLINK_ATTR_BUS_NAME:
        bus = cursor.text();
        break;
      case DEVLINK_ATTR_DEV_NAME:
        device = cursor.text();
        break;
      case DEVLINK_ATTR_TRAP_NAME:
        name = cursor.text();
        break;
      case DEVLINK_ATTR_TRAP_GROUP_NAME:
        group = cursor.text();
        break;
      case DEVLINK_ATTR_TRAP_ACTION:
        action = cursor.u8();
        break;
    }
  }
  if (cursor.failed || name === '' || action === undefined) return undefined;
  return { device: `${bus}/${device}`, name, group, action };
}
