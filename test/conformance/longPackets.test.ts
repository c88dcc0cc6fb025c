import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { summaryJson } from '../../src/cli/report.js';
import { NO_STATISTICS } from '../../src/source/source.js';
import {
  enhancedPacket,
  interfaceDescription,
  option,
  pcapFile,
  recordsOf,
  sectionHeader,
} from '../support/captureFiles.js';
import { familyAnswer, GENERIC, netlinkRecord, packetAlert } from '../support/netlinkBytes.js';
import { ipv4 } from '../support/packetBytes.js';
import { dropcap, lacksTools, type Ran, runTool, temporaryFolder } from '../support/tools.js';
import { tsharkFields } from '../support/tshark.js';

const folder = temporaryFolder();
/** The longest packet of libpcap and Wireshark. */
const MOST = 262_144;
const RAW = 101;
const COMMENT = option(1, Buffer.from('dropcap: reason=X proto=0x0800 origin=sw'), true);

/** A file of dropcap with a short packet, one of the longest, and a short one. */
function ownFile(): Buffer {
  const long = Buffer.alloc(MOST, 0x5a);
  ipv4().copy(long);
  const records = recordsOf(ipv4(), long, ipv4());
  const packets = records.map((record) => enhancedPacket(record, true, 0, COMMENT));
  return Buffer.concat([sectionHeader(true), interfaceDescription(true, RAW), ...packets]);
}

/** A recording with a message of 325 kB, between two short ones. */
function recording(): Buffer {
  const text = 'x'.repeat(65_000);
  const fields = { timestampNs: 1n, originalLength: 65_000, protocol: 0x0800 };
  const short = packetAlert({ ...fields, payload: ipv4() });
  const facts = { reason: text, symbol: text, trapGroup: text, trap: text };
  const long = packetAlert({ ...fields, ...facts, payload: Buffer.alloc(65_000, 0x5a) });
  return pcapFile(
    recordsOf(...[familyAnswer(), short, long, short].map((message) => netlinkRecord(GENERIC, message))),
  );
}

describe.skipIf(lacksTools('tshark', 'tcpdump', 'capinfos')).each([
  { linkType: 'LINUX_SLL2', format: 'pcapng', input: ownFile, longest: MOST + 20, packets: 3 },
  { linkType: 'LINUX_SLL2', format: 'pcap', input: ownFile, longest: MOST + 20, packets: 3 },
  { linkType: 'LINUX_SLL', format: 'pcapng', input: ownFile, longest: MOST + 16, packets: 3 },
  { linkType: 'LINUX_SLL', format: 'pcap', input: ownFile, longest: MOST + 16, packets: 3 },
  // 16 bytes of the cooked header, 20 of the message's headers, 8 ORIGIN, 4 IN_PORT, 12 TIMESTAMP, 8 ORIG_LEN, 8 PROTO, four
  // texts of 65,008, 65,004 PAYLOAD. The message about the family comes first.
  { linkType: 'NETLINK', format: 'pcapng', input: recording, longest: 325_112, packets: 4 },
  { linkType: 'NETLINK', format: 'pcap', input: recording, longest: 325_112, packets: 4 },
])('a packet that is too long as $linkType in $format', ({ linkType, format, input, longest, packets }) => {
  const path = join(folder, `${linkType}.${format}`);
  let ran: Ran;
  beforeAll(() => {
    writeFileSync(`${path}.in`, input());
    ran = dropcap('-r', `${path}.in`, '-y', linkType, '--format', format, '-w', path);
  });

  test('is cut, and the summary says so', () => {
    expect(ran.status).toBe(0);
    expect(ran.stderr).toContain(
      '1 packet cut in the file (readers take no packet of more than 262144 bytes)\n',
    );
  });

  test('is read by tshark with its original length, and so are the packets after it', () => {
    const rows = tsharkFields(path, 'frame', ['frame.cap_len', 'frame.len']);
    expect(rows).toHaveLength(packets);
    expect(rows.at(-2)).toEqual([`${MOST}`, `${longest}`]);
    const [first, last] = [rows.at(-3), rows.at(-1)];
    expect(last).toEqual(first);
    expect(last![0]).toBe(last![1]);
  });

  test('is read by tcpdump and capinfos to the end of the file', () => {
    // tcpdump prints no packet whose original length is above 262,144, and goes on.
    const { stdout } = runTool('tcpdump', '-nn', '-tt', '-r', path);
    expect(stdout.match(/^\d+\.\d+ |^\[Invalid header: len\(\d+\) > 262144\]$/gm)).toHaveLength(packets);
    runTool('tcpdump', '-r', path, '-w', `${path}.copy`);
    expect(tsharkFields(`${path}.copy`, 'frame', ['frame.cap_len'])).toContainEqual([`${MOST}`]);
    expect(runTool('capinfos', '-cM', path).stdout).toMatch(
      new RegExp(`^Number of packets: +${packets}$`, 'm'),
    );
  });

  test('is the begin of the whole packet', () => {
    expect(readFileSync(path).includes(Buffer.alloc(60_000, linkType === 'NETLINK' ? 0x78 : 0x5a))).toBe(
      true,
    );
  });
});

test('the summary in JSON counts cut packets', () => {
  const capture = { captured: 3, lost: 0, delivered: 3, removed: {}, lostAtEnd: 0, source: NO_STATISTICS };
  const json = summaryJson(capture, { name: 'x', written: 3, bytes: 9, cutPackets: 1, refused: 0 });
  expect(JSON.parse(json)).toMatchObject({ captured: 3, written: 3, bytes: 9, cutPackets: 1, cut: 0 });
});
