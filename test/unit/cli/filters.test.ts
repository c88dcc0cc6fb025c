import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lacksLibpcap } from '../../support/libpcap.js';
import { dropcap, recordingPath, temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();
const nlmon = recordingPath('nlmon');

/** A drop as --json prints it. */
interface Drop {
  readonly reason?: string;
  readonly symbol?: string;
  readonly module?: string;
  readonly trap?: string;
  readonly trapGroup?: string;
  readonly interface?: string;
  readonly ifindex?: number;
  readonly protocol?: number;
  readonly class?: string;
  readonly origin: string;
  readonly originalLength: number;
}

const lines = dropcap('-q', '-r', nlmon, '--json').stdout.trimEnd().split('\n');
const all = lines.map((line) => JSON.parse(line) as Drop);

/** Rows of an expression, and of a function that says the same of the JSON. */
const TERMS: readonly (readonly [expression: string, keeps: (drop: Drop) => boolean])[] = [
  ['reason = NO_SOCKET', ({ reason }) => reason === 'NO_SOCKET'],
  ['reason = SKB_DROP_REASON_NO_SOCKET', ({ reason }) => reason === 'NO_SOCKET'],
  ['reason = NO_SOCKET,OTHERHOST', ({ reason }) => reason === 'NO_SOCKET' || reason === 'OTHERHOST'],
  ['reason != NO_SOCKET,OTHERHOST', ({ reason }) => reason !== 'NO_SOCKET' && reason !== 'OTHERHOST'],
  ['reason = N*', ({ reason }) => reason?.startsWith('N') === true],
  ['not reason = N*', ({ reason }) => !reason?.startsWith('N')],
  ['reason ~ "^(NO|NET)"', ({ reason }) => /^(NO|NET)/.test(reason ?? '')],
  ['reason !~ "^(NO|NET)"', ({ reason }) => !/^(NO|NET)/.test(reason ?? '')],
  ['symbol = __udp4_lib_rcv', ({ symbol }) => symbol?.startsWith('__udp4_lib_rcv+') === true],
  ['symbol = __udp4_lib_rcv+0x545/0xdd0', ({ symbol }) => symbol === '__udp4_lib_rcv+0x545/0xdd0'],
  [String.raw`symbol ~ "^\w+_rcv\+0x[0-9a-f]+/"`, ({ symbol }) => /^\w+_rcv\+/.test(symbol ?? '')],
  ['module = nf_tables', ({ module }) => module === 'nf_tables'],
  ['trap = ttl_*', ({ trap }) => trap?.startsWith('ttl_') === true],
  ['trapgroup = l3_*', ({ trapGroup }) => trapGroup?.startsWith('l3_') === true],
  ['iface = va', (drop) => drop.interface === 'va'],
  ['ifindex = 5', ({ ifindex }) => ifindex === 5],
  ['ifindex != 5', ({ ifindex }) => ifindex !== 5],
  ['origin = hw', ({ origin }) => origin === 'hardware'],
  ['class = host/*', (drop) => drop.class?.startsWith('host/') === true],
  ['class = policy/l3/acl', (drop) => drop.class === 'policy/l3/acl'],
  ['proto = 0x0800', ({ protocol }) => protocol === 0x0800],
  ['len > 100', ({ originalLength }) => originalLength > 100],
  ['len <= 100', ({ originalLength }) => originalLength <= 100],
  ['lost', () => false],
  ['not lost', () => true],
  // Equal precedence, from the left: libpcap's rule.
  [
    'reason = NO_SOCKET or reason = OTHERHOST and iface = lo',
    (drop) => (drop.reason === 'NO_SOCKET' || drop.reason === 'OTHERHOST') && drop.interface === 'lo',
  ],
  [
    'reason = NO_SOCKET or (reason = OTHERHOST and iface = lo)',
    (drop) => drop.reason === 'NO_SOCKET' || (drop.reason === 'OTHERHOST' && drop.interface === 'lo'),
  ],
];

describe('an expression about the drop', () => {
  test.each(TERMS)('%s', (expression, keeps) => {
    const { stdout, stderr } = dropcap('-r', nlmon, '--json', expression);
    const expected = lines.filter((_, i) => keeps(all[i]!));
    expect(stdout).toBe(expected.map((line) => `${line}\n`).join(''));
    const removed = all.length - expected.length;
    const summary: unknown = JSON.parse(stderr.trimEnd().split('\n').at(-1)!);
    expect(summary).toMatchObject({ captured: 98, removed: { filter: removed }, filtered: removed });
  });
});

describe.skipIf(lacksLibpcap())('the command line', () => {
  test('joins its words, as tcpdump does, and says how many drops the filter left out', () => {
    const { stdout, stderr } = dropcap('-r', nlmon, '--count', 'reason', '=', 'NO_SOCKET', 'and', 'udp');
    expect(stdout).toBe('10 drops\n');
    expect(stderr).toContain('\n88 drops left out by the filter\n');
  });

  test('reads the expression of -F from a file with several lines', () => {
    const path = join(folder, 'expression');
    writeFileSync(path, 'reason = NO_SOCKET\n  and udp\n');
    expect(dropcap('-q', '-r', nlmon, '--count', '-F', path).stdout).toBe('10 drops\n');
  });

  test('says that no known kernel has a reason, and goes on', () => {
    const { status, stdout, stderr } = dropcap('-r', nlmon, '--count', 'reason = NO_SOKET,NO_SOCKET');
    expect([status, stdout]).toEqual([0, '11 drops\n']);
    expect(stderr).toContain('dropcap: filter: no kernel known to dropcap has the reason NO_SOKET\n');
  });

  test.each([
    [['tcp', 'prot', '80'], /^dropcap: filter: libpcap: .*syntax error \(at character 1: tcp prot 80\)\n$/],
    [['lost and (outbound)'], /ask the kernel, and never match .*at character 10/],
    [['lost or ip6 protochain 58'], /protochain can run without end on a damaged packet.*at character 9/],
  ])('exits with 2 for %j, and says what is wrong where', (words, text) => {
    const { status, stdout, stderr } = dropcap('-r', nlmon, ...words);
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringMatching(text)]);
  });

  test('filters before the other stages', () => {
    const { stdout, stderr } = dropcap('-r', nlmon, '--count', '--sample', '1/2', 'reason = NO_SOCKET');
    expect(stdout).toBe('5 drops\n');
    expect(stderr).toContain('87 drops left out by the filter\n6 drops left out by --sample\n');
  });
});

test.skipIf(lacksLibpcap())('a file that is filtered again says both expressions', () => {
  const [once, twice] = [join(folder, 'once.pcapng'), join(folder, 'twice.pcapng')];
  expect(dropcap('-q', '-r', nlmon, '-w', once, 'udp or tcp').status).toBe(0);
  expect(readFileSync(once, 'latin1')).toContain('\0udp or tcp\0');
  expect(dropcap('-q', '-r', once, '-w', twice, 'reason = NO_SOCKET').status).toBe(0);
  expect(readFileSync(twice, 'latin1')).toContain('\0(udp or tcp) and (reason = NO_SOCKET)\0');
});
