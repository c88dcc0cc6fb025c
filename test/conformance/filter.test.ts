import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { DropBatch } from '../../src/drop/batch.js';
import { compileFilter } from '../../src/filter/compileFilter.js';
import { FRAMINGS } from '../../src/linktype/framing.js';
import { openRecording } from '../../src/source/file/recording.js';
import { generatedPackets } from '../support/generatedPackets.js';
import { lacksTools, recordingPath, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
/** Generated packets of each link type. */
const GENERATED = 500;

/** A packet of a recording: its bytes in a file, and the batch that has its row. */
interface Packet {
  readonly bytes: Uint8Array;
  readonly originalLength: number;
}

/** The packets of the recordings by link type, and the row of each in a copy of its batch. */
const packets = new Map<number, Packet[]>();
const judged = new Map<string, Map<number, boolean[]>>();

const PRIMITIVES = [
  'ip',
  'ip6',
  'arp',
  'tcp',
  'udp',
  'icmp',
  'icmp6',
  'tcp port 8080',
  'udp port 9999',
  'port 7777',
  'portrange 4000-9999',
  'host 10.0.0.1',
  'src host 10.0.0.2',
  'dst host 10.0.0.1',
  'net 10.0.0.0/8',
  'net 172.16.0.0/12',
  'host fd00::1',
  'ether host 06:cd:d4:6d:b3:5f',
  'ether multicast',
  'ether broadcast',
  'ip multicast',
  'ip proto 201',
  'ip proto \\udp',
  'ether proto 0x0800',
  'less 60',
  'greater 100',
  'len > 64',
  'len = 49',
  'tcp[tcpflags] & tcp-syn != 0',
  '(ip[0] & 0xf) * 4 > 20',
  'ip[8] < 64',
  'ip6[6] = 17',
  'udp[4:2] > 10',
  'vlan',
  'mpls',
  'link[0] = 0',
  'ip[2:2] - 20 > 15',
  'icmp[0] = 8',
  'ip broadcast',
  'src port 43000 or dst port 9999',
];
const JOINED = PRIMITIVES.flatMap((first, i) =>
  [3, 7, 11].flatMap((step) => {
    const second = PRIMITIVES[(i + step) % PRIMITIVES.length]!;
    return [`${first} and ${second}`, `not ${first} or ${second}`].slice(0, step === 11 ? 2 : 1);
  }),
);
const EXPRESSIONS = [
  ...PRIMITIVES,
  ...PRIMITIVES.map((each) => `not ${each}`),
  ...JOINED,
  'udp port 9999 or 7777',
  'tcp and not (port 8080 or port 8081)',
  'ip and (udp or tcp) and not host 10.42.0.1',
];

beforeAll(async () => {
  for (const text of EXPRESSIONS) judged.set(text, new Map());
  const filters = EXPRESSIONS.map((text) => {
    try {
      return compileFilter(text);
    } catch {
      return undefined;
    }
  });
  for (const name of ['nlmon', 'dwdump']) {
    for await (const batch of await openRecording(recordingPath(name))) {
      add(batch, filters);
      batch.release();
    }
  }
  for (const batch of generatedPackets(GENERATED)) add(batch, filters);
});

function add(batch: DropBatch, filters: readonly (ReturnType<typeof compileFilter> | undefined)[]): void {
  for (let row = 0; row < batch.length; row++) {
    const { linkType } = FRAMINGS[batch.framing[row]!]!;
    const list = packets.get(linkType) ?? [];
    packets.set(linkType, list);
    list.push({
      bytes: batch.framedPayload(row).slice(),
      originalLength: batch.record(row).originalLength,
    });
  }
  for (const [i, text] of EXPRESSIONS.entries()) {
    const result = filters[i]?.judge(batch);
    for (let row = 0; row < batch.length; row++) {
      const { linkType } = FRAMINGS[batch.framing[row]!]!;
      const byType = judged.get(text)!;
      byType.set(linkType, [...(byType.get(linkType) ?? []), result?.[row] === 1]);
    }
  }
}

function pcapOf(linkType: number, list: readonly Packet[]): string {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(linkType, 20);
  const parts: Uint8Array[] = [header];
  for (const [i, { bytes, originalLength }] of list.entries()) {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(i, 0); // The time is the packet's number.
    record.writeUInt32LE(bytes.length, 8);
    record.writeUInt32LE(originalLength, 12);
    parts.push(record, bytes);
  }
  const path = join(folder, `${linkType}.pcap`);
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

/** The numbers of the packets that tcpdump keeps; none when it refuses the expression for the link type. */
function keptBy(path: string, expression: string): number[] {
  const out = join(folder, 'kept.pcap');
  const { status } = spawnSync('tcpdump', ['-nr', path, '-w', out, expression], { stdio: 'ignore' });
  if (status !== 0) return [];
  const file = readFileSync(out);
  const kept: number[] = [];
  for (let at = 24; at < file.length; at += 16 + file.readUInt32LE(at + 8)) kept.push(file.readUInt32LE(at));
  return kept;
}

describe.skipIf(lacksTools('tcpdump'))('a filter keeps what tcpdump -r keeps', () => {
  test('of the packets of the recordings and of generated ones, for each link type', () => {
    expect(EXPRESSIONS.length).toBeGreaterThan(200);
    expect([...packets.keys()].toSorted((a, b) => a - b)).toEqual([1, 101, 113]);
    let kept = 0;
    for (const [linkType, list] of packets) {
      const path = pcapOf(linkType, list);
      for (const text of EXPRESSIONS) {
        const ours = judged
          .get(text)!
          .get(linkType)!
          .flatMap((fits, i) => (fits ? [i] : []));
        const theirs = keptBy(path, text);
        kept += theirs.length;
        expect({ text, linkType, kept: ours }).toEqual({ text, linkType, kept: theirs });
      }
    }
    expect(kept).toBeGreaterThan(100_000);
  }, 120_000);
});
