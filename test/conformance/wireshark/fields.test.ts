import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { installForTests } from '../../support/installedPlugin.js';
import { readPcapngFile } from '../../support/pcapngReference.js';
import { lacksTools, PROGRAM, recordingPath, runTool, temporaryFolder } from '../../support/tools.js';
import { tsharkFields } from '../../support/tshark.js';

/** Field of the plugin, key of the comment. */
const FIELDS: readonly (readonly [string, string])[] = [
  ['dropcap.reason', 'reason'],
  ['dropcap.trap', 'trap'],
  ['dropcap.trap_group', 'group'],
  ['dropcap.symbol', 'symbol'],
  ['dropcap.module', 'module'],
  ['dropcap.pc', 'pc'],
  ['dropcap.interface', 'if'],
  ['dropcap.ifindex', 'ifindex'],
  ['dropcap.proto', 'proto'],
  ['dropcap.origin', 'origin'],
  ['dropcap.cookie', 'cookie'],
  ['dropcap.class', 'class'],
  ['dropcap.repeated_before', 'repeated'],
];
const NAMES = FIELDS.map(([name]) => name);

/** The values of a comment, read without dropcap's code. */
function valuesIn(comment: string): string[] {
  const pairs = new Map(
    comment
      .split(' ')
      .slice(1)
      .map((pair) => [pair.split('=')[0]!, decodeURIComponent(pair.slice(pair.indexOf('=') + 1))]),
  );
  return FIELDS.map(([, key]) => pairs.get(key) ?? '');
}

/** The values in the comment of each packet of a file. */
function valuesOf(path: string): string[][] {
  return readPcapngFile(path).packets.map(({ comments }) => valuesIn(comments[0]!));
}

const folder = temporaryFolder();

describe.skipIf(lacksTools('tshark', 'editcap', 'mergecap'))('the plugin', () => {
  const { mixed, cut } = installForTests(folder);

  test('give the fields of every comment', () => {
    const rows = tsharkFields(mixed, 'dropcap', NAMES);
    expect(rows).toHaveLength(98);
    expect(rows).toEqual(valuesOf(mixed));
  });

  test.each([
    ['dropcap.reason == "NO_SOCKET"', 'reason=NO_SOCKET '],
    ['dropcap.symbol matches "^nft_do_chain"', 'symbol=nft_do_chain'],
    ['dropcap.module', 'module='],
    ['dropcap.pc == 0xffffffffa5978f65', 'pc=0xffffffffa5978f65 '],
    ['dropcap.ifindex == 5 && dropcap.interface == "va"', 'if=va ifindex=5 '],
    ['dropcap.proto == 0x86dd', 'proto=0x86dd '],
    ['dropcap.origin == "hw"', 'origin=hw'],
    ['dropcap.trap in {"fid_miss"}', 'trap=fid_miss '],
    ['dropcap.trap_group == "l3_exceptions"', 'group=l3_exceptions '],
    ['dropcap.class == "policy/l3/acl"', 'class=policy/l3/acl'],
    ['dropcap.class matches "^host/"', 'class=host/'],
  ])('filters by %s', (filter, text) => {
    const numbers = tsharkFields(mixed, `frame.comment contains "${text}"`, ['frame.number']);
    expect(numbers.length).toBeGreaterThan(0);
    expect(numbers.length).toBeLessThan(98);
    expect(tsharkFields(mixed, filter, ['frame.number'])).toEqual(numbers);
  });

  test('add the reason to the column Info, and expert information for each reason', () => {
    // The column as it is shown. From Wireshark 4.4 on, the field _ws.col.info has its text before plugins change it.
    const info = runTool('tshark', '-n', '-r', mixed, '-o', 'gui.column.format:"Info","%i"').stdout;
    const reasons = tsharkFields(mixed, 'dropcap', ['dropcap.reason', 'dropcap.trap']);
    const texts = info.trimEnd().split('\n');
    expect([texts.length, reasons.length]).toEqual([98, 98]);
    for (const [place, [reason, trap]] of reasons.entries())
      expect(texts[place]).toMatch(new RegExp(` \\[Dropped: ${reason || trap}\\]$`));
    const { stdout } = runTool('tshark', '-n', '-r', mixed, '-q', '-z', 'expert,note,dropcap');
    const notes = stdout.split('\n').filter((line) => line.includes('DROPCAP'));
    expect(notes.map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['11', 'Protocol', 'DROPCAP', 'Dropped: NO_SOCKET'],
      ['4', 'Protocol', 'DROPCAP', 'Dropped: NOT_SPECIFIED'],
      ['4', 'Protocol', 'DROPCAP', 'Dropped: NETFILTER_DROP'],
      ['1', 'Protocol', 'DROPCAP', 'Dropped: IP_NOPROTO'],
      ['8', 'Protocol', 'DROPCAP', 'Dropped: OTHERHOST'],
      ['34', 'Protocol', 'DROPCAP', 'Dropped by hardware: fid_miss'],
      ['34', 'Protocol', 'DROPCAP', 'Dropped by hardware: ttl_value_is_too_small'],
      ['2', 'Protocol', 'DROPCAP', 'Dropped: QUEUE_PURGE'],
    ]);
  });

  test('show a tree', () => {
    const { stdout } = runTool('tshark', '-n', '-r', mixed, '-c', '1', '-V');
    const place = '__udp4_lib_rcv+0x545/0xdd0';
    expect(stdout).toContain(
      `\nDropped: NO_SOCKET at ${place}\n    Reason: NO_SOCKET\n    Symbol: ${place}\n`,
    );
  });

  test('filter in two passes', () => {
    const filter = 'dropcap.reason == "NETFILTER_DROP"';
    const args = ['-n', '-2', '-r', mixed, '-R', filter, '-T', 'fields', '-e', 'dropcap.reason'];
    expect(runTool('tshark', ...args).stdout).toBe('NETFILTER_DROP\n'.repeat(4));
  });

  test('filter live from a pipe', () => {
    const script =
      'node "$0" -q -r "$1" -w - | tshark -n -l -i - -Y \'dropcap.trap == "fid_miss"\' -T fields -e dropcap.trap';
    expect(runTool('sh', '-c', script, PROGRAM, recordingPath('nlmon')).stdout).toBe('fid_miss\n'.repeat(34));
  });

  test('work on truncated packets', () => {
    expect(tsharkFields(cut, 'dropcap', NAMES)).toEqual(valuesOf(mixed));
    expect(tsharkFields(cut, 'dropcap && _ws.short', ['dropcap.origin']).length).toBeGreaterThan(0);
  });

  test('work on files that editcap and mergecap rewrote', () => {
    const copy = join(folder, 'copy.pcapng');
    const merged = join(folder, 'merged.pcapng');
    runTool('editcap', mixed, copy);
    runTool('mergecap', '-w', merged, mixed, cut);
    expect(tsharkFields(copy, 'dropcap', NAMES)).toEqual(valuesOf(mixed));
    const lines = (rows: readonly string[][]) => rows.map((row) => row.join('\t')).toSorted();
    const both = [...valuesOf(mixed), ...valuesOf(cut)];
    expect(lines(tsharkFields(merged, 'dropcap', NAMES))).toEqual(lines(both));
    const filter = 'dropcap.reason == "NO_SOCKET"';
    expect(tsharkFields(merged, filter, ['frame.number'])).toHaveLength(22);
  });
});
