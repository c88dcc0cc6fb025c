import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { dropcap, KALLSYMS, PROGRAM, recordingPath, run, temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();
const nlmon = recordingPath('nlmon');
const summaries = recordingPath('nlmon-summary');
const schema = JSON.parse(
  readFileSync(new URL('../../../docs/summary.schema.json', import.meta.url), 'utf8'),
) as object;
const validate = new Ajv2020({
  allErrors: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
}).compile(schema);

interface Span {
  readonly type: string;
  readonly start: string;
  readonly drops: number;
  readonly rows: readonly { readonly drops: number; readonly symbol?: string; readonly pc?: string }[];
}

/** The objects that --summary --json prints. */
function spansOf(...options: string[]): Span[] {
  const { status, stdout } = dropcap('-q', '--summary', '--json', '-r', ...options);
  expect(status).toBe(0);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Span);
}

describe('dropcap --summary -r', () => {
  test('prints the total as a table, and the counters without those of an output', () => {
    const { status, stdout, stderr } = dropcap('--summary', '-r', nlmon);
    expect(status).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('total  98 drops in 13.0 s (7.5 per second); losses not known');
    expect(lines[2]).toMatch(/^ +34 +2\.6  fid_miss +l2_drops +-$/);
    expect(lines).toHaveLength(14);
    expect(stderr).toContain('98 drops captured\nqueue drops not known');
  });

  test('prints the total of a file that is cut short, and fails', () => {
    const cut = join(folder, 'cut.pcap');
    writeFileSync(cut, readFileSync(nlmon).subarray(0, -5));
    const { status, stdout, stderr } = dropcap('--summary', '-r', cut);
    expect([status, stdout.split('\n')[0]]).toEqual([1, expect.stringMatching(/^total {2}9\d drops in /)]);
    expect(stderr).toContain('cut short');
  });

  test('ends without an error when its reader closes the pipe', () => {
    const command = `"$0" "$1" -q --summary --interval 0.1 -r "$2" | head -1; echo "\${PIPESTATUS[0]}"`;
    const { stdout } = run('bash', ['-c', command, process.execPath, PROGRAM, nlmon]);
    expect(stdout).toMatch(/^2026-11-22 15:57:34 {2}1 drop .*\n0\n$/);
  });

  test('hides nothing, unless asked', () => {
    expect(spansOf(nlmon)[0]!.drops).toBe(98);
    expect(spansOf(nlmon, '--hide', 'other-host')[0]!.drops).toBeLessThan(98);
  });

  test('prints intervals by the times of the drops', () => {
    const spans = spansOf(nlmon, '--interval', '1');
    expect(spans.slice(0, 3).map(({ type, start, drops }) => [type, start, drops])).toEqual([
      ['interval', '2026-11-22T15:57:34.094468406Z', 8],
      ['interval', '2026-11-22T15:57:35.094468406Z', 3],
      ['interval', '2026-11-22T15:57:37.094468406Z', 2],
    ]);
    const total = spans.pop()!;
    expect([total.type, total.drops]).toEqual(['total', 98]);
    expect(spans.reduce((sum, { drops }) => sum + drops, 0)).toBe(98);
  });

  test.each([
    [['udp'], 82],
    [['-c', '5'], 5],
    [['--origin', 'hw'], 68],
    [['reason', '=', 'NO_SOCKET'], 11],
    [['-s', '1', 'tcp', 'port', '443'], 0],
  ])('counts the drops that %j keeps', (options, drops) => {
    expect(spansOf(nlmon, ...options).at(-1)!.drops).toBe(drops);
  });

  test("counts the alerts of the kernel's summary mode, whose reasons are not known", () => {
    const [total] = spansOf(summaries);
    expect(total!.rows).toEqual([
      { drops: 3, origin: 'software', pc: '0xffffffffa5978f65' },
      { drops: 2, origin: 'software', pc: '0xffffffffa59ea463' },
      { drops: 1, origin: 'software', pc: '0xffffffffa59e943c' },
    ]);
    expect(total).toMatchObject({ start: expect.stringMatching(/^2026-/) as string, drops: 6, lost: null });
    expect(dropcap('-q', '--summary', '-r', summaries).stdout).toContain('(not known)');
  });

  test('names their places by a symbol file, and leaves addresses out', () => {
    const [named] = spansOf(summaries, '--kallsyms', KALLSYMS);
    for (const { symbol, pc } of named!.rows)
      expect([symbol, pc]).toEqual([expect.stringMatching(/^\w+\+0x/), undefined]);
    expect(spansOf(summaries, '--no-pc')[0]!.rows).toEqual([{ drops: 6, origin: 'software' }]);
  });

  test('leaves them out with an expression, which they cannot answer, and says so', () => {
    const { stdout, stderr } = dropcap('--summary', '-r', summaries, 'udp');
    expect(stdout).toMatch(/^total {2}0 drops/);
    expect(stderr).toContain('6 drops only counted');
    expect(spansOf(summaries, '--origin', 'hw')[0]!.drops).toBe(0);
  });

  test.each([
    [nlmon, []],
    [nlmon, ['--interval', '0.5']],
    [summaries, []],
    [recordingPath('dwdump-trunc64'), ['--no-pc']],
  ])('prints what docs/summary.schema.json describes (%s %j)', (file, options) => {
    for (const span of spansOf(file, ...options))
      expect(validate(span) ? [] : [span, ...validate.errors!]).toEqual([]);
  });

  test.each([
    [['--interval', '5'], 'it goes with --summary'],
    [['--alert-mode', 'summary'], '--alert-mode goes with --summary'],
    [['--summary', '--interval', '0'], 'from 0.1 to 86400'],
    [['--summary', '--interval', 'tcp'], 'from 0.1 to 86400'],
    [['--summary', '--alert-mode', 'both'], 'Allowed choices are packet, summary'],
    [['--summary', '-w', 'x'], 'counts in place of drops: it does not go with -w'],
    [['--summary', '--count', '-r', nlmon], 'does not go with --count'],
    [['--summary', '-tt'], 'does not go with -t'],
    [['--summary', '--dedupe'], 'counts all drops: it does not go with --dedupe'],
    [['--summary', '--sample', '1/2'], 'counts all drops: it does not go with --sample'],
    [['--summary', '--alert-mode', 'summary', '-r', nlmon], 'not with -r'],
    [
      ['--summary', '--alert-mode', 'summary', 'udp'],
      'does not go with an expression (--alert-mode packet does)',
    ],
    [['--summary', '--alert-mode', 'summary', '-c', '5'], 'does not go with -c'],
    [['--summary', '--alert-mode', 'summary', '-s', '5'], 'does not go with -s'],
    [['--summary', '--alert-mode', 'summary', '--hide', 'noise'], 'does not go with --hide'],
  ])('%j is an error', (options, text) => {
    const { status, stderr } = dropcap(...options);
    expect([status, stderr]).toEqual([2, expect.stringContaining(text)]);
  });
});
