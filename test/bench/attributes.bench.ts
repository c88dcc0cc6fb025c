import { bench, describe } from 'vitest';
import { viewOf } from '../../src/bytes.js';
import { AttributeCursor } from '../../src/netlink/attributeCursor.js';
import { packetAlert } from '../support/netlinkBytes.js';

/** Offset of an alert's attributes: after nlmsghdr and genlmsghdr. */
const ATTRIBUTES_OFFSET = 20;
const TIMES = 1000;
const TYPE_MASK = 0x3fff;
const NET_DM_ATTR_TIMESTAMP = 5;
const NET_DM_ATTR_ORIG_LEN = 10;

const alert = new Uint8Array(
  packetAlert({
    pc: 0xffffffffa5978f65n,
    reason: 'NO_SOCKET',
    symbol: '__udp4_lib_rcv+0x545/0xdd0',
    ifindex: 5,
    timestampNs: 1_790_000_000_123_456_789n,
    originalLength: 49,
    protocol: 0x0800,
    payload: new Uint8Array(49),
  }),
);
const view = viewOf(alert);

interface Attribute {
  readonly type: number;
  readonly value: Uint8Array;
}

/** Makes an object and a view for each attribute. */
function attributesOf(bytes: Uint8Array): Attribute[] {
  const attributes: Attribute[] = [];
  for (let at = 0; at + 4 <= bytes.length;) {
    const header = new DataView(bytes.buffer, bytes.byteOffset + at, 4);
    const length = header.getUint16(0, true);
    attributes.push({
      type: header.getUint16(2, true) & TYPE_MASK,
      value: bytes.subarray(at + 4, at + length),
    });
    at += (length + 3) & ~3;
  }
  return attributes;
}

function byObjects(): number {
  let sum = 0;
  for (const { type, value } of attributesOf(alert.subarray(ATTRIBUTES_OFFSET))) {
    if (type === NET_DM_ATTR_TIMESTAMP) sum += Number(viewOf(value).getBigUint64(0, true) & 0xffffffffn);
    else if (type === NET_DM_ATTR_ORIG_LEN) sum += viewOf(value).getUint32(0, true);
    else sum += value.length;
  }
  return sum;
}

const cursor = new AttributeCursor();

function byCursor(): number {
  let sum = 0;
  cursor.reset(view, ATTRIBUTES_OFFSET, alert.length, true);
  while (cursor.next()) {
    if (cursor.type === NET_DM_ATTR_TIMESTAMP) sum += cursor.u64Low();
    else if (cursor.type === NET_DM_ATTR_ORIG_LEN) sum += cursor.u32();
    else sum += cursor.length;
  }
  return sum;
}

describe('the attributes of a thousand alerts', () => {
  if (byCursor() !== byObjects()) throw new Error('they read something else');
  const many = (read: () => number) => () => {
    for (let i = 0; i < TIMES; i++) read();
  };
  bench('by a cursor', many(byCursor));
  bench('as objects with views', many(byObjects));
});
