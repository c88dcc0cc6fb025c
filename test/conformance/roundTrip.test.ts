import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { type SymbolLookup, lookupIn, NO_SYMBOLS } from '../../src/symbols/symbolLookup.js';
import { loadSymbols } from '../../src/symbols/loadSymbols.js';
import { converted, type JsonDrop, jsonOf } from '../support/convert.js';
import { handmadeRecording } from '../support/handmadeAlerts.js';
import { type ReferenceAlert, alertsOf, readRecording } from '../support/recordingReference.js';
import { readPcapng } from '../support/pcapngReference.js';
import { KALLSYMS, recordingPath } from '../support/tools.js';

const RECORDINGS = ['nlmon', 'dwdump', 'nlmon-trunc64', 'dwdump-trunc64', 'nlmon-summary'];
/** Members of a drop that depend on the form of its packet. */
const FORM_MEMBERS = ['linkType', 'packet', 'capturedLength', 'originalLength'];
/** LINKTYPE_*, and the number of bytes before the network header. */
const [ETHERNET, SLL, CAN, WPAN] = [1, 113, 227, 230];
const HEADERS: Readonly<Record<number, number>> = { [ETHERNET]: 14, [SLL]: 16, 253: 16 };
/** Most characters of a value in a comment. */
const LONGEST_VALUE = 512;
const NETLINK = { linkType: 'NETLINK' } as const;
/** The cooked link types: offsets in the header of the source address and, in LINUX_SLL2, of the index. */
const COOKED = [
  { form: { linkType: 'LINUX_SLL2' }, linkType: 276, header: 20, address: 12, ifindex: 4 },
  { form: { linkType: 'LINUX_SLL' }, linkType: SLL, header: 16, address: 6, ifindex: undefined },
] as const;

let symbols: SymbolLookup;
beforeAll(async () => {
  symbols = lookupIn((await loadSymbols(KALLSYMS)).table);
});

/** Cuts long texts, which no kernel sends, as comments do. */
function withShortTexts(drop: JsonDrop): JsonDrop {
  return Object.fromEntries(
    Object.entries(drop).map(([name, value]) => {
      const text = typeof value === 'string' && name !== 'packet';
      return [name, text ? value.slice(0, LONGEST_VALUE) : value];
    }),
  );
}

function withoutForm(drops: readonly JsonDrop[]): JsonDrop[] {
  return drops.map((drop) => {
    return Object.fromEntries(Object.entries(drop).filter(([name]) => !FORM_MEMBERS.includes(name)));
  });
}

const cases = RECORDINGS.flatMap((name) => [
  { name, by: 'the kernel', file: readFileSync(recordingPath(name)), lookup: () => NO_SYMBOLS },
  { name, by: 'kallsyms', file: readFileSync(recordingPath(name)), lookup: () => symbols },
]);
const handmade = {
  name: 'of hand-made alerts',
  by: 'nobody',
  file: handmadeRecording,
  lookup: () => NO_SYMBOLS,
};

describe.each([...cases, handmade])('the recording $name, symbols from $by', ({ file, lookup }) => {
  let own: Buffer;
  let drops: JsonDrop[];
  beforeAll(async () => {
    own = await converted(file, { symbols: lookup() });
    drops = await jsonOf(own);
  });

  test('has the same drops as the file converted from it', async () => {
    const original = await jsonOf(file, { symbols: lookup() });
    expect(drops).toHaveLength(original.length);
    expect(drops.map(withShortTexts)).toEqual(original.map(withShortTexts));
  });

  test('does not change when it is written again', async () => {
    expect((await converted(own)).equals(own)).toBe(true);
  });

  test.each(['pcapng', 'pcap'] as const)(
    'does not change on its way through NETLINK in %s',
    async (format) => {
      const messages = await converted(own, { ...NETLINK, format });
      expect(await jsonOf(messages)).toEqual(drops);
      expect((await converted(messages)).equals(own)).toBe(true);
      expect((await converted(messages, { ...NETLINK, format })).equals(messages)).toBe(true);
    },
  );

  test.each(COOKED)('does not change when it is written as $form.linkType twice', async (type) => {
    const cooked = await converted(own, type.form);
    expect((await converted(cooked)).equals(cooked) || drops.length === 0).toBe(true);
    expect((await converted(cooked, type.form)).equals(cooked)).toBe(true);
    const again = await jsonOf(cooked);
    expect(again.every(({ linkType }) => linkType === type.linkType)).toBe(true);
    expect(withoutForm(again)).toEqual(withoutForm(drops));
  });

  test.each(COOKED)('as $form.linkType has all bytes from the network header on', async (type) => {
    const { packets } = readPcapng(await converted(own, type.form));
    for (const [i, { bytes, originalLength }] of packets.entries()) {
      const drop = drops[i]!;
      const linkType = Number(drop['linkType']);
      const before = Buffer.from(String(drop['packet']), 'hex');
      const header = HEADERS[linkType] ?? 0;
      // After this header, readers expect the kernel's byte order of CAN.
      if (linkType === CAN) before.subarray(0, 4).reverse();
      const flags = linkType === CAN ? 6 : 0;
      expect(bytes.subarray(type.header + flags)).toEqual(before.subarray(header + flags));
      const source = linkType === ETHERNET ? before.subarray(6, 12) : Buffer.alloc(6);
      expect(bytes.subarray(type.address, type.address + 6)).toEqual(source);
      const ifindex = type.ifindex === undefined ? drop['ifindex'] : bytes.readUInt32BE(type.ifindex);
      expect(ifindex ?? 0).toBe(drop['ifindex'] ?? 0);
      const fcs = linkType === WPAN ? 2 : 0;
      expect(originalLength).toBe(Number(drop['originalLength']) - header + type.header + fcs);
    }
  });

  test.each([
    { name: 'LINUX_SLL2', forms: [COOKED[0].form] },
    { name: 'LINUX_SLL', forms: [COOKED[1].form] },
    { name: 'LINUX_SLL2, LINUX_SLL', forms: [COOKED[0].form, COOKED[1].form] },
    { name: 'LINUX_SLL, LINUX_SLL2', forms: [COOKED[1].form, COOKED[0].form] },
  ])('on its way through $name and NETLINK loses only the destination address', async ({ forms }) => {
    let there = own;
    for (const form of [...forms, NETLINK]) there = await converted(there, form);
    const back = await jsonOf(there);
    expect(withoutForm(back)).toEqual(withoutForm(drops));
    const kept = (drop: JsonDrop) => {
      const packet = Buffer.from(String(drop['packet']), 'hex');
      if (drop['linkType'] === ETHERNET) packet.fill(0, 0, 6);
      // The length of an 802.3 frame is lost too: padding hides it.
      if (drop['linkType'] === ETHERNET && packet.readUInt16BE(12) < 0x600) packet.fill(0, 12, 14);
      return [drop['linkType'], drop['originalLength'], packet.toString('hex')];
    };
    expect(back.map(kept)).toEqual(drops.map(kept));
  });
});

describe.each(RECORDINGS)('the recording %s, written as NETLINK', (name) => {
  const records = readRecording(name);
  const alerts = alertsOf(records);
  const messageOf = ({ record }: ReferenceAlert) => Buffer.from(records[record - 1]!.bytes.subarray(16));

  test('holds exactly the messages that the kernel sent', async () => {
    const file = await converted(readFileSync(recordingPath(name)), NETLINK);
    const { packets } = readPcapng(file);
    // Messages about the family and devices have no comment.
    const written = packets.filter(({ comments }) => comments.length > 0);
    expect(written.map(({ bytes }) => bytes.subarray(16))).toEqual(alerts.map(messageOf));
    expect(written.map(({ timestamp }) => timestamp)).toEqual(alerts.map(({ timestampNs }) => timestampNs));
    const cooked = '00040338' + '00'.repeat(10) + '0010';
    expect(written.every(({ bytes }) => bytes.toString('hex', 0, 16) === cooked)).toBe(true);
    expect(packets.every(({ link }) => link.linkType === 253)).toBe(true);
  });

  test('also holds the messages in pcap', async () => {
    const file = await converted(readFileSync(recordingPath(name)), { ...NETLINK, format: 'pcap' });
    expect(file.subarray(0, 24).toString('hex')).toBe(
      // Magic for nanoseconds, version 2.4, zone and accuracy, snap length, link type.
      ['4d3cb2a1', '02000400', '00'.repeat(8), '00000400', 'fd000000'].join(''),
    );
    const found: Buffer[] = [];
    for (let at = 24; at < file.length;) {
      const length = file.readUInt32LE(at + 8);
      const packet = file.subarray(at + 16, at + 16 + length);
      if (packet[15] === 16 && packet.readUInt16LE(20) === 0x23) found.push(packet.subarray(16));
      at += 16 + length;
    }
    expect(found).toEqual(alerts.map(messageOf));
  });
});
