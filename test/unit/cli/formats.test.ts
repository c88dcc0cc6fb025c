import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pcapFile, recordsOf } from '../../support/captureFiles.js';
import { familyAnswer, GENERIC, netlinkRecord, packetAlert } from '../../support/netlinkBytes.js';
import { dropcap, dropcapWithInput, recordingPath, temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();
const nlmon = recordingPath('nlmon');
const at = (name: string) => join(folder, name);

describe('dropcap with formats that contradict one another', () => {
  test.each<[string, string[], RegExp]>([
    ['-y without -w', ['-y', 'NETLINK'], /-y goes with -w/],
    ['--format pcap without -w', ['--format', 'pcap'], /--format goes with -w/],
    ['--json with -y', ['--json', '-y', 'NETLINK'], /--json is a format of its own/],
    [
      '--json with --format pcap',
      ['--json', '--format', 'pcap', '-w', at('x')],
      /--json is a format of its own/,
    ],
    [
      'pcap without -y',
      ['--format', 'pcap', '-w', at('x')],
      /one link type.*-y NETLINK keeps all.*write pcapng/,
    ],
    ['--micro without a file', ['--micro'], /--micro and --nano go with -w/],
    ['--micro for JSON', ['--micro', '--json', '-w', at('x')], /--micro and --nano go with -w/],
    [
      'both precisions',
      ['--micro', '--nano', '-w', at('x')],
      /'--micro' cannot be used with option '--nano'/,
    ],
    ['JSON under the name of a capture', ['--json', '-w', at('x.pcapng')], /--json writes no capture file/],
    ['a capture under a compressed name', ['-w', at('x.pcapng.gz')], /--compress gzip compresses/],
    ['an unknown format', ['--format', 'erf', '-w', at('x')], /Allowed choices are pcapng, pcap/],
    ['an unknown link type', ['-y', 'EN10MB', '-w', at('x')], /It takes NETLINK, LINUX_SLL2, LINUX_SLL\./],
  ])('exits with 2 for %s, and says what to do', (_, args, text) => {
    const { status, stdout, stderr } = dropcap('-r', nlmon, ...args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(text);
    expect(() => readFileSync(at('x'))).toThrow(/ENOENT/);
  });
});

describe('dropcap -L', () => {
  test('lists the values of -y, also with the names that tcpdump uses', () => {
    const { status, stdout } = dropcap('-L');
    expect(status).toBe(0);
    const names = stdout.match(/^ {2}\w+/gm)!.map((name) => name.trim());
    expect(names).toEqual(['NETLINK', 'LINUX_SLL2', 'LINUX_SLL']);
    for (const name of names.flatMap((each) => [each.toLowerCase(), `DLT_${each}`, `LINKTYPE_${each}`])) {
      expect(dropcap('-q', '-r', nlmon, '-y', name, '-w', at(name)).status).toBe(0);
    }
    expect(readFileSync(at('DLT_NETLINK')).equals(readFileSync(at('netlink')))).toBe(true);
  });
});

describe('dropcap -w to a full disk', () => {
  test.each([['pcapng'], ['json']])(
    'counts no drop of a batch that is not whole in the file (%s)',
    (format) => {
      const args = format === 'json' ? ['--json'] : [];
      const { status, stderr } = dropcap('-r', nlmon, '-w', '/dev/full', ...args);
      expect(status).not.toBe(0);
      expect(stderr).toMatch(format === 'json' ? /"written":0,"bytes":0,/ : /^0 drops written/m);
    },
  );
});

describe('dropcap --json', () => {
  test('prints one object a line, to a file or to standard output, and only objects with -q', () => {
    const printed = dropcap('-q', '-r', nlmon, '--json');
    expect(printed).toMatchObject({ status: 0, stderr: '' });
    const drops = printed.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(drops).toHaveLength(98);
    expect(dropcap('-q', '-r', nlmon, '--json', '-w', at('drops.json')).status).toBe(0);
    expect(readFileSync(at('drops.json'), 'utf8')).toBe(printed.stdout);
    expect(dropcap('-q', '-r', nlmon, '--json', '-w', '-').stdout).toBe(printed.stdout);
    expect(dropcap('-r', nlmon, '--json', '-w', at('drops.json'))).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/exists .*--force/),
    });
  });

  test('leaves out addresses, the other origin and the ends of packets on request', () => {
    const { stdout } = dropcap('-q', '-r', nlmon, '--json', '--no-pc', '--origin', 'sw', '-s', '20');
    expect(stdout).toContain('"symbol":"__udp4_lib_rcv+0x545/0xdd0"');
    expect(stdout).not.toMatch(/"pc"|0xffffffff|"hardware"/);
    for (const [, length] of stdout.matchAll(/"capturedLength":(\d+)/g))
      expect(Number(length)).toBeLessThan(37);
  });
});

describe("dropcap -r of dropcap's own file", () => {
  const own = at('own.pcapng');
  test.each([
    ['lines', []],
    ['details', ['-v']],
    ['JSON', ['--json']],
  ])('prints the same %s as for the recording', (_, args) => {
    expect(dropcap('-q', '-r', nlmon, '-w', own, '--force').status).toBe(0);
    const printed = dropcap('-q', '-r', own, ...args);
    expect(printed).toMatchObject({ status: 0, stderr: '' });
    expect(printed.stdout).toBe(dropcap('-q', '-r', nlmon, ...args).stdout);
    expect(dropcapWithInput(own, '-q', '-r', '-', ...args).stdout).toBe(printed.stdout);
  });

  test('that is cut gives the drops before the cut, reports the cut, and exits with 1', () => {
    expect(dropcap('-q', '-r', nlmon, '-w', own, '--force').status).toBe(0);
    const cut = at('cut.pcapng');
    writeFileSync(cut, readFileSync(own).subarray(0, 10_000));
    const { status, stdout, stderr } = dropcap('-q', '-r', cut);
    const all = dropcap('-q', '-r', own).stdout;
    expect(status).toBe(1);
    expect(stderr).toBe(`dropcap: ${cut} is cut short: everything before the cut was read\n`);
    expect(stdout.length).toBeGreaterThan(1000);
    expect(all.startsWith(stdout)).toBe(true);
    // The written file is complete.
    expect(dropcap('-q', '-r', cut, '-w', at('whole.pcapng')).status).toBe(1);
    expect(dropcap('-q', '-r', at('whole.pcapng'))).toMatchObject({ status: 0, stdout });
  });
});

describe('dropcap --format pcap', () => {
  test('ends before a drop whose time pcap cannot hold, and reports that', () => {
    const alert = (timestampNs: bigint) =>
      netlinkRecord(GENERIC, packetAlert({ timestampNs, originalLength: 0 }));
    const late = pcapFile(
      recordsOf(netlinkRecord(GENERIC, familyAnswer()), alert(1n), alert(0xffffffff_ffffffffn)),
    );
    writeFileSync(at('late.in'), late);
    const ran = dropcap(
      '-q',
      '-r',
      at('late.in'),
      '-y',
      'NETLINK',
      '--format',
      'pcap',
      '-w',
      at('late.pcap'),
    );
    expect(ran.status).toBe(1);
    expect(dropcap('-q', '-r', at('late.pcap'), '--json').stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(ran.stderr).toBe(
      'dropcap: pcap cannot hold the time of a drop after the year 2106, which ends the file (write pcapng)\n',
    );
    expect(dropcap('-q', '-r', at('late.in'), '-y', 'NETLINK', '-w', at('late.pcapng')).status).toBe(0);
    expect(dropcap('-q', '-r', at('late.pcapng'), '--json').stdout).toContain(
      '"2554-07-21T23:34:33.709551615Z"',
    );
  });

  test('of LINUX_SLL2 cannot be read back, and the error says why', () => {
    const path = at('sll2.pcap');
    const written = dropcap('-r', nlmon, '-y', 'LINUX_SLL2', '--format', 'pcap', '-w', path);
    expect(written.stderr).toContain('reasons and places are left out: pcap has no room for them');
    const { status, stderr } = dropcap('-r', path);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/holds no drops/)]);
    // A file of which nothing could be read leaves no new file.
    expect(dropcap('-r', path, '-w', at('nothing.pcapng')).status).toBe(1);
    expect(existsSync(at('nothing.pcapng'))).toBe(false);
  });
});

describe('dropcap with a command', () => {
  test.each([
    ['-w', 'x.pcapng', 'status'],
    ['--json', 'stop'],
  ])('does not ignore the options of a capture (%s)', (...args) => {
    const { status, stderr } = dropcap(...args);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/^error: --\w+ is an option of a capture, not of \w+/),
    ]);
  });
});

test('dropcap with a mistyped command names the commands', () => {
  const { status, stderr } = dropcap('statu');
  expect([status, stderr]).toEqual([
    2,
    expect.stringMatching(/'statu' is neither a command .*status, doctor, stop/),
  ]);
});

describe('dropcap --kallsyms', () => {
  test.each([
    ['/dev/zero', /more than \d+ bytes/],
    ['/proc', /directory/],
    ['/none', /no such file/],
  ])('refuses %s in one line', (path, why) => {
    const { status, stderr } = dropcap('-r', nlmon, '--kallsyms', path);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^dropcap: cannot read symbols from .*\n$/)]);
    expect(stderr).toMatch(why);
  });

  test('gives each drop of a file of dropcap its whole symbol and its module, where the kernel cut the text', () => {
    const kallsyms = nlmon.replace('nlmon.pcap', 'kallsyms.gz');
    const places = (path: string, ...args: string[]) =>
      dropcap('-q', '-r', path, '--json', ...args)
        .stdout.trimEnd()
        .split('\n')
        .map((line) =>
          (({ symbol, module }) => ({ symbol, module }))(JSON.parse(line) as Record<string, string>),
        );
    // The recording has no long name: cut each text after the name.
    const cut = readFileSync(nlmon, 'latin1').replace(
      /\+0x[0-9a-f]+\/0x[0-9a-f]+( \[\w+\])?(?=\0)/g,
      (text) => '\0'.repeat(text.length),
    );
    writeFileSync(at('short.pcap'), cut, 'latin1');
    expect(dropcap('-q', '-r', at('short.pcap'), '-w', at('short.pcapng')).status).toBe(0);
    expect(places(at('short.pcapng'))).toContainEqual({ symbol: 'nft_do_chain', module: undefined });
    const repaired = places(at('short.pcapng'), '--kallsyms', kallsyms);
    expect(repaired).toContainEqual({ symbol: 'nft_do_chain+0x40f/0x630', module: 'nf_tables' });
    expect(repaired).toEqual(places(nlmon));
  });
});
