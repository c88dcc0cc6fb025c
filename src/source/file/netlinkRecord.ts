import { LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2, LINKTYPE_NETLINK } from '../../linktype/constants.js';
import {
  ARPHRD_NETLINK,
  COOKED_FAMILY_OFFSET,
  COOKED_HEADER_BYTES,
  COOKED_TYPE_OFFSET,
} from '../../netlink/cooked.js';

/** The cooked header before a netlink message: its length, and the offsets of device type and netlink family. */
export interface CookedLayout {
  readonly headerBytes: number;
  readonly typeOffset: number;
  readonly familyOffset: number;
}

const LAYOUT: CookedLayout = {
  headerBytes: COOKED_HEADER_BYTES,
  typeOffset: COOKED_TYPE_OFFSET,
  familyOffset: COOKED_FAMILY_OFFSET,
};
/** tcpdump writes netlink messages with these link types when it records on `any`. */
const LAYOUTS: ReadonlyMap<number, CookedLayout> = new Map([
  [LINKTYPE_NETLINK, LAYOUT],
  [LINKTYPE_LINUX_SLL, LAYOUT],
  [LINKTYPE_LINUX_SLL2, { headerBytes: 20, typeOffset: 8, familyOffset: 0 }],
]);

/** Whether packets of this link type (LINKTYPE_*) can be netlink messages. */
export function mayHoldNetlink(linkType: number): boolean {
  return LAYOUTS.has(linkType);
}

/**
 * The layout of the cooked header of a packet in `view`, if the packet is of a netlink device; otherwise undefined.
 * @param linkType LINKTYPE_*
 * @param length bytes of the packet at `offset`.
 */
export function netlinkLayout(
  view: DataView,
  offset: number,
  length: number,
  linkType: number,
): CookedLayout | undefined {
  const layout = LAYOUTS.get(linkType);
  const netlink =
    layout && length >= layout.headerBytes && view.getUint16(offset + layout.typeOffset) === ARPHRD_NETLINK;
  return netlink ? layout : undefined;
}
