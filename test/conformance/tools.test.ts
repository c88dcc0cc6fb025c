import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readPcapngFile } from '../support/pcapngReference.js';
import { lacksTools, PROGRAM, recordingPath, run, runTool, temporaryFolder } from '../support/tools.js';
import { tsharkFields } from '../support/tshark.js';
import { wiresharkHas } from '../support/wiresharkSeries.js';

const folder = temporaryFolder();
const mixed = join(folder, 'nlmon.pcapng');
const hardware = join(folder, 'hardware.pcapng');
const truncated = join(folder, 'trunc64.pcapng');
const empty = join(folder, 'summary.pcapng');

beforeAll(() => {
  for (const [recording, output, ...options] of [
    ['nlmon', mixed],
    ['nlmon', hardware, '--origin', 'hw'],
    ['dwdump-trunc64', truncated],
    ['nlmon-summary', empty],
  ] as const) {
    runTool(process.execPath, PROGRAM, '-r', recordingPath(recording), '-w', output, ...options);
  }
});

describe.skipIf(lacksTools('tcpdump'))('tcpdump', () => {
  test.each([
    ['hardware drops, all Ethernet', hardware, 68],
    ['drops truncated to 64 bytes', truncated, 4],
    ['no drops at all', empty, 0],
  ])('reads %s', (_, path, count) => {
    const ran = run('tcpdump', ['-nn', '-tttt', '--nano', '-r', path]);
    expect(ran.status).toBe(0);
    // tcpdump reports the file that it reads, and nothing else.
    expect(ran.stderr).toMatch(
      /^reading from file \S+, link-type EN10MB \(Ethernet\), snapshot length \d+\n$/,
    );
    expect(ran.stdout.split('\n').filter((line) => /^\d{4}-/.test(line))).toHaveLength(count);
    expect(ran.stdout).not.toContain('Invalid header');
  });

  test('shows the time of a drop to the nanosecond', () => {
    const [first] = readPcapngFile(truncated).packets;
    const fraction = (first!.timestamp % 1_000_000_000n).toString().padStart(9, '0');
    expect(run('tcpdump', ['-nn', '-tttt', '--nano', '-c', '1', '-r', truncated]).stdout).toContain(
      `.${fraction} `,
    );
  });
});

describe.skipIf(lacksTools('capinfos'))('capinfos', () => {
  test.each([
    ['drops of several link types', mixed, 98, 'per-packet', 'Per packet'],
    ['hardware drops', hardware, 68, 'ether', 'Ethernet'],
    ['no drops at all', empty, 0, 'ether', 'Ethernet'],
  ])('reports %s', (_, path, count, short, long) => {
    const { stdout, stderr } = runTool('capinfos', '-M', path);
    const facts = new Map(
      // Lines that are not indented describe the file. Indented lines describe an interface.
      stdout.match(/^\S.*$/gm)?.map((line) => {
        const [name = '', value = ''] = line.split(/ *[:=] +(.*)/);
        return [name.trim(), value.trim()];
      }),
    );
    expect(stderr).toBe('');
    expect(facts.get('File type')).toMatch(/pcapng$/);
    expect(facts.get('File encapsulation')).toBe(wiresharkHas('short link types') ? short : long);
    expect(facts.get('File timestamp precision')).toBe('nanoseconds (9)');
    expect(facts.get('Number of packets')).toBe(`${count}`);
    // The recordings do not name the host: this host did not drop the packets.
    expect([facts.get('Capture hardware'), facts.get('Capture oper-sys')]).toEqual([undefined, undefined]);
    expect(facts.get('Capture application')).toMatch(/^dropcap \d+\.\d+/);
    expect(facts.get('Number of interfaces in file')).toBe(`${readPcapngFile(path).interfaces.length}`);
    expect(stdout).toMatch(/^ *Name = \S+$/m);
    expect(stdout.match(/Number of stat entries = 1\b/g) ?? []).toHaveLength(
      readPcapngFile(path).statistics.length,
    );
  });
});

describe.skipIf(lacksTools('editcap', 'mergecap', 'tshark'))('editcap and mergecap', () => {
  const fields = ['frame.time_epoch', 'frame.len', 'frame.cap_len', 'frame.encap_type', 'frame.comment'];
  const more = ['frame.interface_name', 'frame.packet_flags', 'frame.protocols'];

  function packetsOf(path: string): string[][] {
    return tsharkFields(path, 'frame', [...fields, ...more]);
  }

  function bytesOf(path: string): string {
    return runTool('tshark', '-n', '-r', path, '-x').stdout;
  }

  test('rewrite a file with its packets, comments and interfaces', () => {
    const copy = join(folder, 'copy.pcapng');
    runTool('editcap', mixed, copy);
    expect(packetsOf(mixed)).toHaveLength(98);
    expect(packetsOf(copy)).toEqual(packetsOf(mixed));
    expect(bytesOf(copy)).toBe(bytesOf(mixed));
  });

  test.skipIf(!wiresharkHas('later interfaces'))('merge two files of different link types', () => {
    const merged = join(folder, 'merged.pcapng');
    runTool('mergecap', '-a', '-w', merged, mixed, truncated);
    expect(packetsOf(merged)).toEqual([...packetsOf(mixed), ...packetsOf(truncated)]);
  });

  test('make a pcap file of drops of one link type', () => {
    const copy = join(folder, 'hardware.pcap');
    runTool('editcap', '-F', 'nsecpcap', hardware, copy);
    expect(bytesOf(copy)).toBe(bytesOf(hardware));
  });
});
