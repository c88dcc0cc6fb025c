import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { converted } from '../support/convert.js';
import { epochText } from '../support/expectedPackets.js';
import { alertOf, CASES, type HandmadeCase, handmadeRecording } from '../support/handmadeAlerts.js';
import {
  dropcap,
  lacksTools,
  PROGRAM,
  type Ran,
  recordingPath,
  runTool,
  temporaryFolder,
} from '../support/tools.js';
import { tsharkFields } from '../support/tshark.js';
import { canFields, wiresharkHas } from '../support/wiresharkSeries.js';

const folder = temporaryFolder();

/** The cooked link types: tshark's number (WTAP_ENCAP_*), bytes of the header, and how tools name the type. */
const TYPES = [
  { linkType: 'LINUX_SLL2', encapsulation: '210', header: 20, version: ' v2' },
  { linkType: 'LINUX_SLL', encapsulation: '25', header: 16, version: ' v1' },
] as const;

/** `frame.protocols` of the cases of test/support/handmadeAlerts.ts after a cooked header. */
const PROTOCOLS: Readonly<Record<string, RegExp>> = {
  CAN: /^sll:can/,
  'CAN FD': /^sll:canfd/,
  'CAN XL': wiresharkHas('CAN XL after cooked headers') ? /^sll:canxl:data$/ : /^sll:data$/,
  'an 802.15.4 acknowledgement': /^sll:wpan$/,
  'an 802.15.4 acknowledgement with its checksum': /^sll:wpan$/,
  'netlink of a known family': /^sll:data$/,
  '802.11 with a radiotap header': /^sll:radiotap:.*wlan$/,
  '802.11 with a radiotap header on an unknown device': /^sll:radiotap:.*wlan$/,
  'STP in an LLC frame': /^sll:llc:stp/,
  'no payload': /^sll$/,
  'netlink of an unknown family': /^sll:data$/,
  'a reason of 60 kB': /^sll$/,
};

/** `frame.protocols` of a case after a cooked header of either version. */
function cookedProtocols({ name, protocols }: HandmadeCase): RegExp {
  const rest = protocols.source.replace(/^\^(eth|raw|sll)(:ethertype)?/, '');
  return PROTOCOLS[name] ?? new RegExp(`^sll:ethertype${rest}`);
}

const missing = lacksTools('tcpdump', 'capinfos', 'tshark');

describe.skipIf(missing).each(TYPES)('tshark reads hand-made alerts that -y $linkType wrote', (type) => {
  const path = join(folder, `handmade-${type.linkType}.pcapng`);
  let rows: string[][];
  beforeAll(async () => {
    writeFileSync(path, await converted(handmadeRecording, { linkType: type.linkType }));
    rows = tsharkFields(path, 'frame', [
      'frame.protocols',
      '_ws.malformed',
      'frame.encap_type',
      'sll.ifindex',
      'sll.src.eth',
      'frame.time_epoch',
      'can.id',
    ]);
  });

  test('with one packet for each alert', () => {
    expect(rows).toHaveLength(CASES.length);
  });

  test.each(CASES)('$name', (each) => {
    const place = CASES.indexOf(each);
    const alert = alertOf(each, place);
    const [protocols, malformed, encapsulation, ifindex, source, time] = rows[place]!;
    expect(protocols).toMatch(cookedProtocols(each));
    expect(malformed).toBe('');
    expect(encapsulation).toBe(type.encapsulation);
    expect(ifindex).toBe(type.linkType === 'LINUX_SLL2' ? `${alert.ifindex ?? 0}` : '');
    expect(source).toBe(each.linkType === 1 ? '02:00:00:00:00:02' : '');
    expect(time).toBe(epochText(alert.timestampNs));
  });

  test('with the original CAN identifiers', () => {
    expect(rows.slice(0, 2).map((row) => row.at(-1))).toEqual(Array(2).fill(canFields(0x123, true)[0]));
  });
});

describe.skipIf(missing).each(TYPES)('tshark reads truncated packets that -y $linkType wrote', (type) => {
  test.each([1, 6, 13, 14, 20, 33])('cut to %i bytes', (length) => {
    const [input, path] = [join(folder, 'whole.pcap'), join(folder, `cut${length}-${type.linkType}.pcapng`)];
    writeFileSync(input, handmadeRecording);
    const args = ['-r', input, '-y', type.linkType, '-s', `${length}`, '-w', path, '-q'];
    expect(dropcap(...args).status).toBe(0);
    const rows = tsharkFields(path, 'frame', ['_ws.malformed', 'frame.len', 'frame.cap_len']);
    expect(rows).toHaveLength(CASES.length);
    for (const [malformed, original, captured] of rows) {
      expect(malformed).toBe('');
      expect(Number(captured)).toBeLessThanOrEqual(Math.min(Number(original), type.header + length));
    }
  });
});

describe.each(TYPES)(
  'a file of -y $linkType whose packets are cut inside the cooked header',
  ({ linkType }) => {
    test('gives all its drops', async () => {
      const [whole, cut] = ['whole', 'cut'].map((name) => join(folder, `${name}-${linkType}.pcapng`));
      writeFileSync(whole!, await converted(handmadeRecording, { linkType }));
      expect(dropcap('-q', '-r', whole!, '-s', '10', '-w', cut!).status).toBe(0);
      const { status, stdout, stderr } = dropcap('-r', cut!, '--json');
      expect([status, stdout.trimEnd().split('\n').length]).toEqual([0, CASES.length]);
      expect(stderr).toContain('"malformed":0');
    });
  },
);

describe.skipIf(missing).each(TYPES)('what -y $linkType writes of nlmon', (type) => {
  const { linkType } = type;
  const own = join(folder, `nlmon-${linkType}.pcapng`);
  beforeAll(() => {
    runTool(process.execPath, PROGRAM, '-r', recordingPath('nlmon'), '-w', own);
  });

  describe.each(['pcapng', 'pcap'])('as %s', (format) => {
    const path = join(folder, `${linkType}.${format}`);
    let ran: Ran;
    beforeAll(() => {
      ran = dropcap('-r', own, '-y', linkType, '--format', format, '-w', path);
    });

    test('is written, and dropcap reports which facts this form cannot hold', () => {
      expect(ran).toMatchObject({ status: 0, stdout: '' });
      expect(ran.stderr.includes('reasons and places are left out')).toBe(format === 'pcap');
    });

    test('has the addresses, ports and times of the drops for tshark', () => {
      const fields = [
        'frame.time_epoch',
        'ip.src',
        'ip.dst',
        'ipv6.src',
        'udp.dstport',
        'arp.src.proto_ipv4',
      ];
      const rows = tsharkFields(path, 'frame', fields);
      expect(rows).toHaveLength(98);
      expect(rows).toEqual(tsharkFields(own, 'frame', fields));
    });

    test('is read by tcpdump to its end, with the addresses', () => {
      const { stdout, stderr } = runTool('tcpdump', '-nn', '-tt', '--nano', '-r', path);
      expect(stderr).toContain(
        `link-type ${linkType} (Linux cooked${type.version}), snapshot length 262144\n`,
      );
      const lines = stdout.match(/^\d{10}\.\d{9} .*$/gm)!;
      expect(lines).toHaveLength(98);
      expect(lines[0]).toMatch(/ IP 10\.0\.0\.2\.58223 > 10\.0\.0\.1\.9999: UDP, length 7$/);
      expect(stdout).not.toMatch(/Invalid header|unsupported/);
    });

    test('can be filtered by tcpdump', () => {
      const { stdout } = runTool('tcpdump', '-nn', '-r', path, 'udp port 9999');
      const wanted = tsharkFields(own, 'udp.port == 9999', ['frame.number']);
      expect(wanted.length).toBeGreaterThan(0);
      expect(stdout.match(/\.9999: UDP/g)).toHaveLength(wanted.length);
    });

    test('is read by capinfos', () => {
      const { stdout, stderr } = runTool('capinfos', path);
      expect(stderr).toBe('');
      expect(stdout).toContain(`Linux cooked-mode capture${type.version}\n`);
      expect(stdout).toMatch(/^File timestamp precision: +nanoseconds \(9\)$/m);
      expect(stdout).toMatch(format === 'pcap' ? /nanosecond pcap$/m : /pcapng$/m);
    });
  });
});
