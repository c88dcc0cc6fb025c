import { HOST_LITTLE_ENDIAN } from '../bytes.js';
import { AttributeCursor } from './attributeCursor.js';
import { NLM_F_DUMP, NLM_F_REQUEST } from './constants.js';
import { buildMessage, type Message } from './message.js';

export const RTM_NEWLINK = 16;
const RTM_GETLINK = 18;
export const IFLA_IFNAME = 3;
/** Multicast group of link events. */
export const RTNLGRP_LINK = 1;

// struct ifinfomsg: u8 family, u8 pad, u16 type, s32 index, u32 flags, u32 change.
const IFINFOMSG_BYTES = 16;

/** A network device as RTM_NEWLINK tells it. */
export interface Link {
  readonly ifindex: number;
  readonly name: string;
  /** ARPHRD_* */
  readonly type: number;
}

/** RTM_GETLINK as a dump: the kernel answers with an RTM_NEWLINK a device, and NLMSG_DONE. */
export function buildLinkDump(sequence: number): Uint8Array {
  const header = { type: RTM_GETLINK, flags: NLM_F_REQUEST | NLM_F_DUMP, sequence };
  return buildMessage(header, new Uint8Array(IFINFOMSG_BYTES), HOST_LITTLE_ENDIAN);
}

/** Decodes RTM_NEWLINK; undefined when the message is another one, or malformed, or names no device. */
export function decodeLink(message: Message): Link | undefined {
  const { view, start, end, littleEndian } = message;
  if (message.type !== RTM_NEWLINK || end - start < IFINFOMSG_BYTES) return undefined;
  const type = view.getUint16(start + 2, littleEndian);
  const ifindex = view.getInt32(start + 4, littleEndian);
  const cursor = new AttributeCursor();
  cursor.reset(view, start + IFINFOMSG_BYTES, end, littleEndian);
  while (cursor.next()) {
    if (cursor.type === IFLA_IFNAME) return ifindex > 0 ? { ifindex, name: cursor.text(), type } : undefined;
  }
  return undefined;
}
