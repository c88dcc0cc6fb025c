import type { NetlinkBinding } from '../binding/contract.js';
import { NetlinkError } from '../errors.js';
import { NETLINK_GENERIC } from '../netlink/constants.js';
import {
  buildTrapDump,
  decodeTrap,
  DEVLINK_GENL_NAME,
  DEVLINK_TRAP_ACTION_DROP,
  type Trap,
} from '../netlink/devlink.js';
import { buildFamilyRequest, decodeFamily, type Family } from '../netlink/family.js';
import { NetlinkRequester } from '../monitor/netlinkRequester.js';

const ENOENT = 2;
/** Most traps that are kept; switches have fewer. */
const MAX_TRAPS = 10_000;

/** A switch's traps with action `drop`: it drops their packets and gives the kernel no copy to report. */
export interface SilentTraps {
  /** `pci/0000:03:00.0` */
  readonly device: string;
  readonly names: readonly string[];
  /** Number of all traps of the device. */
  readonly total: number;
}

/**
 * Asks devlink for the devices of this network namespace that have traps. Empty on a kernel without devlink. Needs no
 * privilege.
 * @throws NetlinkError when devlink refuses.
 */
export function readSilentTraps(binding: NetlinkBinding): SilentTraps[] {
  const traps = dumpTraps(binding);
  const devices = new Map<string, { names: string[]; total: number }>();
  for (const { device, name, action } of traps) {
    const known = devices.get(device) ?? { names: [], total: 0 };
    devices.set(device, known);
    known.total++;
    if (action === DEVLINK_TRAP_ACTION_DROP) known.names.push(name);
  }
  return [...devices].map(([device, known]) => ({ device, names: known.names, total: known.total }));
}

function dumpTraps(binding: NetlinkBinding): Trap[] {
  const requester = new NetlinkRequester(binding, NETLINK_GENERIC);
  try {
    const familyId = findDevlink(requester)?.id;
    if (familyId === undefined) return [];
    const traps: Trap[] = [];
    requester.request(
      'list the traps of switches',
      (sequence) => buildTrapDump(familyId, sequence),
      (message) => {
        const trap = decodeTrap(message, familyId);
        if (trap && traps.length < MAX_TRAPS) traps.push(trap);
      },
    );
    return traps;
  } finally {
    requester.close();
  }
}

function findDevlink(requester: NetlinkRequester): Family | undefined {
  let family: Family | undefined;
  try {
    requester.request(
      'look up devlink',
      (sequence) => buildFamilyRequest(DEVLINK_GENL_NAME, sequence),
      (message) => (family ??= decodeFamily(message)),
    );
  } catch (error) {
    if (!(error instanceof NetlinkError) || error.errno !== ENOENT) throw error;
  }
  return family;
}
