import type { CaptureRecord } from './captureFiles.js';
import { FAMILY_ID } from './netlinkBytes.js';

const COOKED = 16;
const NLMSG_HEADER = 16;
const GENL_HEADER = 4;
const IFINFOMSG = 16;
const NEWLINK = 16;
const CTRL = 16;
/** Attributes of a packet alert whose values are numbers; attributes that are nests. */
const ALERT_NUMBERS = new Set([14, 2, 5, 10, 6]);
const ALERT_NESTS = new Set([4]);
const PORT_NUMBERS = new Set([0]);
const CTRL_NUMBERS = new Set([1, 3, 4, 5]);
const NONE: ReadonlySet<number> = new Set();

/**
 * Converts a record of a little-endian host to a big-endian host's. Swaps the messages' headers, and all attributes of the
 * messages that dropcap reads (NET_DM's alerts, nlctrl's families, RTM_NEWLINK). Swaps only the header of other messages.
 * Packets and the cooked header are always big-endian, and do not change.
 */
export function swapHost(record: CaptureRecord): CaptureRecord {
  const bytes = Buffer.from(record.bytes);
  const family = bytes.readUInt16BE(14);
  for (let at = COOKED; bytes.length - at >= NLMSG_HEADER;) {
    const length = bytes.readUInt32LE(at);
    const type = bytes.readUInt16LE(at + 4);
    if (length < NLMSG_HEADER) break;
    const body = at + NLMSG_HEADER;
    const end = Math.min(at + length, bytes.length);
    for (const [offset, size] of [
      [0, 4],
      [4, 2],
      [6, 2],
      [8, 4],
      [12, 4],
    ] as const)
      swap(bytes, at + offset, size);
    if (family === 16 && type === FAMILY_ID) {
      swapAttributes(bytes, body + GENL_HEADER, end, ALERT_NUMBERS, ALERT_NESTS);
    } else if (family === 16 && type === CTRL) {
      swapAttributes(bytes, body + GENL_HEADER, end, CTRL_NUMBERS, NONE);
    } else if (family === 0 && type === NEWLINK && end - body >= IFINFOMSG) {
      swap(bytes, body + 2, 2);
      for (const offset of [4, 8, 12]) swap(bytes, body + offset, 4);
      swapAttributes(bytes, body + IFINFOMSG, end, NONE, NONE);
    }
    at += Math.ceil(length / 4) * 4;
  }
  return { ...record, bytes };
}

function swapAttributes(
  bytes: Buffer,
  start: number,
  end: number,
  numbers: ReadonlySet<number>,
  nests: ReadonlySet<number>,
): void {
  for (let at = start; end - at >= 4;) {
    const length = bytes.readUInt16LE(at);
    const type = bytes.readUInt16LE(at + 2) & 0x3fff;
    if (length < 4) return;
    swap(bytes, at, 2);
    swap(bytes, at + 2, 2);
    if (at + length <= end) {
      if (numbers.has(type)) swap(bytes, at + 4, length - 4);
      if (nests.has(type)) swapAttributes(bytes, at + 4, at + length, PORT_NUMBERS, NONE);
    }
    at += Math.ceil(length / 4) * 4;
  }
}

function swap(bytes: Buffer, at: number, size: number): void {
  bytes.subarray(at, at + size).reverse();
}
