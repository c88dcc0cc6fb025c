import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { pcapFile, recordsOf } from '../support/captureFiles.js';
import { epochText } from '../support/expectedPackets.js';
import { alertOf, CASES, handmadeRecording, LINKS } from '../support/handmadeAlerts.js';
import {
  familyAnswer,
  GENERIC,
  NETFILTER,
  netlinkRecord,
  newLink,
  packetAlert,
  ROUTE,
} from '../support/netlinkBytes.js';
import { ethernet, ipv4 } from '../support/packetBytes.js';
import { readPcapngFile, type ReferenceCapture } from '../support/pcapngReference.js';
import { dropcap, lacksTools, type Ran, temporaryFolder } from '../support/tools.js';
import {
  linkTypeOf,
  readWithTshark,
  tsharkComplaints,
  tsharkFields,
  type TsharkReading,
} from '../support/tshark.js';
import { canFields, epochOfJson, wiresharkHas } from '../support/wiresharkSeries.js';

const folder = temporaryFolder();
/** ARPHRD_ETHER. */
const ETHER = 1;

const output = join(folder, 'handmade.pcapng');
let ran: Ran;
let capture: ReferenceCapture;

beforeAll(() => {
  writeFileSync(join(folder, 'handmade.pcap'), handmadeRecording);
  ran = dropcap('-r', join(folder, 'handmade.pcap'), '-w', output);
  capture = readPcapngFile(output);
});

describe('a recording of hand-made alerts', () => {
  test('gives a packet for each alert, and counts a copy of an alert separately', () => {
    expect(ran.stderr).toContain(`${CASES.length} drops written\n`);
    expect(ran.stderr).toContain('0 malformed alerts\n');
    expect(ran.stderr).toContain('1 copy of an alert');
    expect(ran.status).toBe(0);
    expect(capture.packets).toHaveLength(CASES.length);
  });

  test('gives only texts of printable ASCII, none of them too long for readers', () => {
    const texts = capture.packets.flatMap(({ comments, link }) => [comments[0], link.name, link.description]);
    for (const text of texts) expect(text).toMatch(/^[ -~]{1,8000}$/);
  });
});

describe('a recording that names a device after its first drop', () => {
  test('has the name at drops of a later batch', () => {
    const alert = (timestampNs: bigint) => {
      const payload = ethernet(0x0800, ipv4());
      const fields = { ifindex: 20, protocol: 0x0800, originalLength: payload.length, payload };
      return netlinkRecord(GENERIC, packetAlert({ ...fields, pc: 1n, reason: 'LATE', timestampNs }, true));
    };
    // Fills the batch, so that the next records are in another batch.
    const others = Array.from({ length: 60 }, () => netlinkRecord(NETFILTER, new Uint8Array(60_000)));
    const records = recordsOf(
      netlinkRecord(GENERIC, familyAnswer()),
      alert(1n),
      ...others,
      netlinkRecord(ROUTE, newLink(20, ETHER, 'late0', true)),
      alert(2n),
    );
    writeFileSync(join(folder, 'late.pcap'), pcapFile(records));
    expect(dropcap('-r', join(folder, 'late.pcap'), '-w', join(folder, 'late.pcapng')).status).toBe(0);
    const { packets } = readPcapngFile(join(folder, 'late.pcapng'));
    expect(packets.map(({ timestamp, link }) => [timestamp, link.name])).toEqual([
      [1n, 'ifindex20'],
      [2n, 'late0'],
    ]);
    expect(packets.at(-1)?.comments).toEqual([
      'dropcap: reason=LATE pc=0x1 if=late0 ifindex=20 proto=0x0800 origin=sw',
    ]);
  });
});

describe.skipIf(lacksTools('tshark'))('a hand-made alert, read by tshark', () => {
  let reading: TsharkReading;
  beforeAll(() => {
    reading = readWithTshark(output);
  });

  test('is read without a complaint', () => {
    expect(reading.stderr).toBe('');
    const { stdout, stderr } = tsharkComplaints(output);
    const canXl = CASES.findIndex(({ name }) => name === 'CAN XL') + 1;
    const malformed = stdout.match(/^ *\d+/gm)?.map(Number) ?? [];
    expect([malformed, stderr]).toEqual([wiresharkHas('CAN XL') ? [] : [canXl], '']);
    expect(reading.frames).toHaveLength(CASES.length);
  });

  test('has the original CAN identifiers', () => {
    const rows = tsharkFields(output, 'can', ['can.id', 'can.flags.xtd']);
    expect(rows.slice(0, 2)).toEqual([canFields(0x123, true), canFields(0x123, false)]);
  });

  test.each(CASES)('of $name is as expected', (each) => {
    const place = CASES.indexOf(each);
    const alert = alertOf(each, place);
    const frame = reading.frames[place]!;
    const bytes = each.bytes ?? Buffer.from(alert.payload ?? []);
    expect(frame.bytes).toBe(bytes.toString('hex'));
    expect(linkTypeOf(frame)).toBe(each.linkType);
    expect(frame.field('frame.protocols')).toMatch(each.protocols);
    expect(frame.field('frame.len')).toBe(`${alert.originalLength + (each.longer ?? 0)}`);
    expect(frame.field('frame.cap_len')).toBe(`${bytes.length}`);
    expect(epochOfJson(frame.field('frame.time_epoch'))).toBe(epochText(alert.timestampNs));
    expect(frame.field('frame.packet_flags_reception_type')).toBe(`${each.reception ?? 0}`);
    expect(Number(frame.field('frame.packet_flags_direction'))).toBe(alert.ifindex === undefined ? 0 : 1);
    const device = LINKS.find(([ifindex]) => ifindex === alert.ifindex)?.[2];
    expect(frame.field('frame.interface_name')).toBe(each.ifName ?? device);
    expect(frame.comment).toContain(each.comment ?? ' origin=sw');
  });
});
