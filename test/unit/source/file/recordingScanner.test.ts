import { describe, expect, test } from 'vitest';
import { pcapFile, recordsOf } from '../../../support/captureFiles.js';
import { convert, jsonOf } from '../../../support/convert.js';
import {
  attribute,
  GENERIC,
  netlinkMessage,
  netlinkRecord,
  packetAlert,
  ROUTE,
} from '../../../support/netlinkBytes.js';

/** The drop monitor's id in these recordings, and the id of another family. */
const NET_DM = 0x23;
const OTHER = 0x24;
const PAYLOAD = new Uint8Array(60);
const ALERT = { pc: 1n, reason: 'NO_SOCKET', timestampNs: 1n, originalLength: 60, payload: PAYLOAD };

/** An alert of the other family, with changed bytes. */
function changed(edit: (message: Buffer) => void): Buffer {
  const message = packetAlert(ALERT, true, OTHER);
  edit(message);
  return message;
}

/** A message of the other family with the drop monitor's command, and these attributes. */
const withAttributes = (...attributes: Buffer[]) =>
  netlinkMessage({ type: OTHER }, Buffer.concat([Buffer.of(5, 2, 0, 0), ...attributes]));

const ORIGIN = attribute(14, Buffer.of(0, 0));
const PC = attribute(2, Buffer.alloc(8, 1));
const TIMESTAMP = attribute(5, Buffer.alloc(8, 1));

/** Messages that an alert can never be. struct nlmsghdr: length 0, type 4, flags 6, sequence 8, port id 12. */
const FOREIGN: readonly { name: string; message: Buffer }[] = [
  { name: 'with flags', message: changed((bytes) => bytes.writeUInt16LE(1, 6)) },
  { name: 'with a sequence number', message: changed((bytes) => bytes.writeUInt32LE(1, 8)) },
  { name: 'with a port id', message: changed((bytes) => bytes.writeUInt32LE(1, 12)) },
  { name: 'with another command', message: changed((bytes) => (bytes[16] = 4)) },
  { name: 'with another version', message: changed((bytes) => (bytes[17] = 1)) },
  { name: 'with an id that no family gets', message: changed((bytes) => bytes.writeUInt16LE(15, 4)) },
  { name: 'with an id above the highest', message: changed((bytes) => bytes.writeUInt16LE(1024, 4)) },
  { name: 'without attributes', message: withAttributes() },
  { name: 'without an origin', message: withAttributes(PC, TIMESTAMP) },
  { name: 'without a time stamp', message: withAttributes(ORIGIN, PC) },
  { name: 'without a place', message: withAttributes(ORIGIN, TIMESTAMP) },
  {
    name: "with an attribute of the family's replies",
    message: withAttributes(ORIGIN, PC, attribute(12, PC), TIMESTAMP),
  },
  { name: 'with an unknown attribute', message: withAttributes(ORIGIN, PC, attribute(99, PC), TIMESTAMP) },
];

/** A summary alert with counts at places from 1, and further attributes. */
function summaryAlert(counts: readonly number[], points = counts.length, ...more: Buffer[]): Buffer {
  const bytes = Buffer.alloc(4 + 12 * counts.length);
  bytes.writeUInt32LE(points, 0);
  for (const [i, count] of counts.entries()) {
    bytes.writeBigUInt64LE(BigInt(i + 1), 4 + 12 * i);
    bytes.writeUInt32LE(count, 12 + 12 * i);
  }
  const body = Buffer.concat([Buffer.of(1, 2, 0, 0), attribute(0, bytes), ...more]);
  return netlinkMessage({ type: NET_DM }, body);
}

describe('a recording without an answer of nlctrl', () => {
  test.each([
    ['with points', summaryAlert([3, 4]), 7],
    ['with the most points', summaryAlert(Array<number>(64).fill(1)), 64],
    ['with more points than the kernel has', summaryAlert(Array<number>(65).fill(1)), 0],
    ['without points', summaryAlert([]), 0],
    ['with a point of no drops', summaryAlert([3, 0]), 0],
    ['with fewer points than bytes', summaryAlert([3, 4], 1), 0],
    ['with another attribute', summaryAlert([3, 4], 2, ORIGIN), 0],
  ])('takes a summary alert %s only if it can be nothing else', async (_, message, drops) => {
    const file = pcapFile(recordsOf(netlinkRecord(GENERIC, message)));
    const { source } = (await convert(file)).summary;
    expect([source.summarized, source.otherMessages]).toEqual([drops, drops > 0 ? 0 : 1]);
  });

  test.each(FOREIGN)('does not take a message $name for an alert', async ({ message }) => {
    const before = netlinkRecord(GENERIC, message);
    const alert = netlinkRecord(GENERIC, packetAlert(ALERT, true, NET_DM));
    // This message of the other family looks like an alert. The drop monitor's id is known: it is no drop.
    const after = netlinkRecord(GENERIC, packetAlert({ ...ALERT, reason: 'OTHER' }, true, OTHER));
    const drops = await jsonOf(pcapFile(recordsOf(before, alert, after)));
    expect(drops.map(({ reason }) => reason)).toEqual(['NO_SOCKET']);
    expect(await jsonOf(pcapFile(recordsOf(before)))).toHaveLength(0);
  });

  test('finds the family by its first alert, also after traffic of other kinds', async () => {
    const alert = netlinkRecord(GENERIC, packetAlert(ALERT, true, NET_DM));
    const route = netlinkRecord(ROUTE, packetAlert(ALERT, true, NET_DM));
    const short = netlinkRecord(GENERIC, Buffer.alloc(15));
    expect(await jsonOf(pcapFile(recordsOf(route, short, alert, alert)))).toHaveLength(2);
  });
});
