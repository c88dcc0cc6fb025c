import { HOST_LITTLE_ENDIAN } from '../bytes.js';
import { AttributeCursor } from './attributeCursor.js';
import { AttributeWriter } from './attributeWriter.js';
import {
  CTRL_ATTR_FAMILY_ID,
  CTRL_ATTR_FAMILY_NAME,
  CTRL_ATTR_MCAST_GROUPS,
  CTRL_ATTR_MCAST_GRP_ID,
  CTRL_ATTR_MCAST_GRP_NAME,
  CTRL_ATTR_VERSION,
  CTRL_CMD_DELFAMILY,
  CTRL_CMD_GETFAMILY,
  CTRL_CMD_NEWFAMILY,
  GENL_HDRLEN,
  GENL_ID_CTRL,
  NLM_F_ACK,
  NLM_F_REQUEST,
} from './constants.js';
import { buildGenericBody, buildMessage, type Message } from './message.js';

const CTRL_VERSION = 2;

/** A generic netlink family as nlctrl, the controller family, describes it. */
export interface Family {
  readonly id: number;
  readonly name: string;
  readonly version: number;
  /** Multicast groups by name. */
  readonly groups: ReadonlyMap<string, number>;
  /** True when the kernel removed the family (CTRL_CMD_DELFAMILY): its id is no longer valid. */
  readonly deleted: boolean;
}

/**
 * Builds CTRL_CMD_GETFAMILY by name. A kernel with modules loads the family's module
 * (net-pf-16-proto-16-family-NAME) to answer.
 */
export function buildFamilyRequest(name: string, sequence: number): Uint8Array {
  const attributes = new AttributeWriter().string(CTRL_ATTR_FAMILY_NAME, name).finish();
  return buildMessage(
    { type: GENL_ID_CTRL, flags: NLM_F_REQUEST | NLM_F_ACK, sequence },
    buildGenericBody(CTRL_CMD_GETFAMILY, CTRL_VERSION, attributes),
    HOST_LITTLE_ENDIAN,
  );
}

/** Builds CTRL_CMD_NEWFAMILY, nlctrl's reply, with the attributes that `decodeFamily` reads. */
export function buildFamily(family: Family): Uint8Array {
  const attributes = new AttributeWriter()
    .string(CTRL_ATTR_FAMILY_NAME, family.name)
    .u16(CTRL_ATTR_FAMILY_ID, family.id)
    .u32(CTRL_ATTR_VERSION, family.version)
    .nest(CTRL_ATTR_MCAST_GROUPS, (list) => {
      let number = 1;
      for (const [name, id] of family.groups) {
        list.nest(number++, (group) =>
          group.u32(CTRL_ATTR_MCAST_GRP_ID, id).string(CTRL_ATTR_MCAST_GRP_NAME, name),
        );
      }
    });
  return buildMessage(
    { type: GENL_ID_CTRL, flags: 0, sequence: 0 },
    buildGenericBody(CTRL_CMD_NEWFAMILY, CTRL_VERSION, attributes.finish()),
    HOST_LITTLE_ENDIAN,
  );
}

/**
 * Decodes CTRL_CMD_NEWFAMILY and CTRL_CMD_DELFAMILY. Undefined for another message, and for one without id or name.
 * Of a message that was cut, decodes the attributes before the cut.
 */
export function decodeFamily(message: Message): Family | undefined {
  if (message.type !== GENL_ID_CTRL || message.end - message.start < GENL_HDRLEN) return undefined;
  const command = message.view.getUint8(message.start);
  if (command !== CTRL_CMD_NEWFAMILY && command !== CTRL_CMD_DELFAMILY) return undefined;
  let id = 0;
  let name = '';
  let version = 0;
  const groups = new Map<string, number>();
  const cursor = new AttributeCursor();
  cursor.reset(message.view, message.start + GENL_HDRLEN, message.end, message.littleEndian);
  while (cursor.next()) {
    switch (cursor.type) {
      case CTRL_ATTR_FAMILY_ID:
        id = cursor.u16();
        break;
      case CTRL_ATTR_FAMILY_NAME:
        name = cursor.text();
        break;
      case CTRL_ATTR_VERSION:
        version = cursor.u32();
        break;
      case CTRL_ATTR_MCAST_GROUPS:
        decodeGroups(cursor.nested(), groups);
        break;
    }
  }
  if (id === 0 || name === '') return undefined;
  return { id, name, version, groups, deleted: command === CTRL_CMD_DELFAMILY };
}

function decodeGroups(list: AttributeCursor, groups: Map<string, number>): void {
  while (list.next()) {
    const group = list.nested();
    let id = 0;
    let name = '';
    while (group.next()) {
      if (group.type === CTRL_ATTR_MCAST_GRP_ID) id = group.u32();
      if (group.type === CTRL_ATTR_MCAST_GRP_NAME) name = group.text();
    }
    if (id !== 0 && name !== '') groups.set(name, id);
  }
}
