import { HOST_LITTLE_ENDIAN, viewOf } from '../bytes.js';
import { AttributeCursor } from './attributeCursor.js';
import { AttributeWriter } from './attributeWriter.js';
import { NLM_F_DUMP, NLM_F_REQUEST } from './constants.js';
import { buildMessage, type Message } from './message.js';

export const RTM_NEWLINK = 16;
const RTM_GETLINK = 18;
const IFLA_ADDRESS = 1;
export const IFLA_IFNAME = 3;
const IFLA_LINK = 5;
const IFLA_MASTER = 10;
const IFLA_LINK_NETNSID = 37;
const IFLA_LINKINFO = 18;
const IFLA_INFO_KIND = 1;
const MAC_ADDRESS_BYTES = 6;
/**
 * Kernels have names of up to 15 bytes. A hostile recording has longer ones, and each kind of drop would copy them. The
 * limit is that of a comment's values.
 */
const MAX_NAME_BYTES = 512;
/** Multicast group of link events. */
export const RTNLGRP_LINK = 1;

// struct ifinfomsg: u8 family, u8 pad, u16 type, s32 index, u32 flags, u32 change.
const IFINFOMSG_BYTES = 16;

/** A network device, as RTM_NEWLINK describes it. */
export interface Link {
  readonly ifindex: number;
  readonly name: string;
  /** ARPHRD_* */
  readonly type: number;
  /** The device's address, a copy; undefined unless it has 6 bytes. */
  readonly macAddress: Uint8Array | undefined;
  /** Kind of a virtual device: `veth`, `wireguard`. */
  readonly kind: string | undefined;
  /** Index of the bridge or bond that has this device as a port. */
  readonly master?: number | undefined;
  /** Index of the device below, or of a veth device's peer; undefined when that is in another network namespace. */
  readonly link?: number | undefined;
}

/** Builds RTM_GETLINK as a dump: the kernel answers with one RTM_NEWLINK for each device, then NLMSG_DONE. */
export function buildLinkDump(sequence: number): Uint8Array {
  const header = { type: RTM_GETLINK, flags: NLM_F_REQUEST | NLM_F_DUMP, sequence };
  return buildMessage(header, new Uint8Array(IFINFOMSG_BYTES), HOST_LITTLE_ENDIAN);
}

/** Decodes RTM_NEWLINK. Undefined for another message, a request, and a message that is too short. */
export function decodeLink(message: Message): Link | undefined {
  const { view, start, end, littleEndian } = message;
  if (message.type !== RTM_NEWLINK || end - start < IFINFOMSG_BYTES) return undefined;
  const type = view.getUint16(start + 2, littleEndian);
  const ifindex = view.getInt32(start + 4, littleEndian);
  // `ip link set` sends RTM_NEWLINK as a request that holds only the changes: it would delete known facts.
  if (ifindex <= 0 || (message.flags & NLM_F_REQUEST) !== 0) return undefined;
  let name = '';
  let macAddress: Uint8Array | undefined;
  let kind: string | undefined;
  let master: number | undefined;
  let lower: number | undefined;
  let elsewhere = false;
  const cursor = new AttributeCursor();
  cursor.reset(view, start + IFINFOMSG_BYTES, end, littleEndian);
  while (cursor.next()) {
    if (cursor.type === IFLA_IFNAME) name = cursor.text().slice(0, MAX_NAME_BYTES);
    else if (cursor.type === IFLA_LINKINFO) kind = decodeKind(cursor.nested());
    else if (cursor.type === IFLA_ADDRESS && cursor.length === MAC_ADDRESS_BYTES)
      macAddress = cursor.bytes().slice();
    else if (cursor.type === IFLA_MASTER) master = cursor.u32();
    else if (cursor.type === IFLA_LINK) lower = cursor.u32();
    else if (cursor.type === IFLA_LINK_NETNSID) elsewhere = true;
  }
  return { ifindex, name, type, macAddress, kind, master, link: elsewhere ? undefined : lower };
}

function decodeKind(info: AttributeCursor): string | undefined {
  while (info.next()) if (info.type === IFLA_INFO_KIND) return info.text().slice(0, MAX_NAME_BYTES);
  return undefined;
}

/** Builds RTM_NEWLINK as the kernel sends it for a new device, with the attributes that `decodeLink` reads. */
export function buildLink(link: Link): Uint8Array {
  const attributes = new AttributeWriter();
  if (link.name !== '') attributes.string(IFLA_IFNAME, link.name);
  if (link.macAddress) attributes.bytes(IFLA_ADDRESS, link.macAddress);
  const { kind, master, link: lower } = link;
  if (lower !== undefined) attributes.u32(IFLA_LINK, lower);
  if (master !== undefined) attributes.u32(IFLA_MASTER, master);
  if (kind !== undefined) attributes.nest(IFLA_LINKINFO, (info) => info.string(IFLA_INFO_KIND, kind));
  const body = Buffer.concat([new Uint8Array(IFINFOMSG_BYTES), attributes.finish()]);
  const view = viewOf(body);
  view.setUint16(2, link.type, HOST_LITTLE_ENDIAN);
  view.setInt32(4, link.ifindex, HOST_LITTLE_ENDIAN);
  return buildMessage({ type: RTM_NEWLINK, flags: 0, sequence: 0 }, body, HOST_LITTLE_ENDIAN);
}
