import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { pcapFile, recordsOf } from '../support/captureFiles.js';
import { familyAnswer, netlinkRecord, newLink, packetAlert } from '../support/netlinkBytes.js';
import { ethernet, fromHex, ipv4, ipv6 } from '../support/packetBytes.js';
import { dropcap, lacksTools, recordingPath, runTool, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const pathOf = (name: string) => join(folder, `${name}.pcapng`);
/** The first line of a packet, without its lines of bytes. */
const SUMMARY = /^\d+\.\d{6} .*$/gm;

/** Frames with VLAN tags, 802.3 with each kind of LLC header, unknown types, cut frames and bytes of every value. */
const FRAMES = [
  ethernet(0x0800, ipv4(Buffer.from('a\r\nb\rc\td\u0000\n'))),
  ethernet(0x0800, ipv4(Buffer.from(Array.from({ length: 256 }, (_, byte) => 255 - byte)))),
  ethernet(0x86dd, ipv6()),
  ethernet(0x0806, fromHex('0001 0800 0604 0001 020000000002 0a000002 000000000000 0a000001')),
  ethernet(0x8100, Buffer.concat([fromHex('6005 0800'), ipv4()])),
  ethernet(0x88a8, Buffer.concat([fromHex('f005 8100 1006 86dd'), ipv6()])),
  ethernet(0x1234, fromHex('0102030405')),
  ethernet(0x8847, fromHex('00000100 45000014')),
  ethernet(38, Buffer.concat([fromHex('424203'), Buffer.alloc(35)])),
  ethernet(38, Buffer.concat([fromHex('aaaa03 00000c 2000'), Buffer.alloc(30)])),
  ethernet(38, Buffer.concat([fromHex('ffff'), Buffer.alloc(36)])),
  ethernet(16, Buffer.concat([fromHex('0606 0000'), Buffer.alloc(12)])),
];

/** The kernel's protocol of a frame: its type, or ETH_P_802_3 or ETH_P_802_2. */
function protocolOf(frame: Buffer): number {
  const type = frame.readUInt16BE(12);
  if (type >= 0x600) return type;
  return frame.readUInt16BE(14) === 0xffff ? 1 : 4;
}

function tcpdump(...args: string[]): string {
  return runTool('tcpdump', '-nn', '-tt', ...args).stdout;
}

describe.skipIf(lacksTools('tcpdump'))(
  "packets are printed as tcpdump prints them from dropcap's file",
  () => {
    beforeAll(() => {
      const recording = join(folder, 'frames.pcap');
      const alerts = FRAMES.map((payload, i) =>
        packetAlert({
          hardware: true,
          trap: 'test',
          ifindex: 5,
          timestampNs: BigInt(i) * 1_000_000_000n,
          originalLength: payload.length,
          protocol: protocolOf(payload),
          payload,
        }),
      );
      const messages = [familyAnswer(), ...alerts].map((message) => netlinkRecord(16, message));
      writeFileSync(recording, pcapFile(recordsOf(netlinkRecord(0, newLink(5, 1, 'eth5')), ...messages)));
      dropcap('-q', '-r', recording, '-w', pathOf('frames'));
      // Without the last frame: after a cooked header, tcpdump counts only an LLC header that it knows.
      const count = String(FRAMES.length - 1);
      dropcap('-q', '-r', recording, '-y', 'LINUX_SLL2', '-c', count, '-w', pathOf('cooked frames'));
      for (const name of ['nlmon', 'dwdump'])
        dropcap('-q', '-r', recordingPath(name), '-y', 'LINUX_SLL2', '-w', pathOf(name));
    });

    test.each(
      ['frames', 'cooked frames', 'nlmon', 'dwdump'].flatMap((name) =>
        ['-x', '-xx', '-X', '-XX', '-A', '-AA'].map((option) => [option, name] as const),
      ),
    )('%s: %s', (option, name) => {
      const path = pathOf(name);
      // With -A, tcpdump prints packets of unknown protocols also in hex.
      const others = option.startsWith('-A') ? /^\t0x.*\n/gm : /(?!)/g;
      const judged = tcpdump(option, '-r', path).replaceAll(SUMMARY, 'packet').replaceAll(others, '');
      expect(judged.match(/^packet$/gm)!.length).toBeGreaterThan(FRAMES.length - 2);
      expect(dropcap('-q', '-tt', option, '-r', path).stdout.replaceAll(SUMMARY, 'packet')).toBe(judged);
    });

    test('-e: the header of a frame', () => {
      /** The addresses, the types and tags, and the length. */
      const headers = (text: string) =>
        text.match(/\S{17} > \S{17}, (?:802\.3, length \d+|.*\(0x[\da-f]{4}\)(?:, length \d+)?)/g);
      const judged = headers(tcpdump('-e', '-r', pathOf('frames')));
      expect(judged).toHaveLength(FRAMES.length);
      expect(headers(dropcap('-q', '-e', '-r', pathOf('frames')).stdout)).toEqual(judged);
    });
  },
);
