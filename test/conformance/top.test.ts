import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../src/report/report.js';
import { TABLES } from '../../src/top/tables.js';
import type { TopRow, TopView } from '../../src/top/view.js';
import { handmadeRecording } from '../support/handmadeAlerts.js';
import {
  dropcap,
  dropcapWithInput,
  lacksTools,
  recordingPath,
  runTool,
  temporaryFolder,
} from '../support/tools.js';

const folder = temporaryFolder();
const own = join(folder, 'own.pcapng');
/** All drops of a file are in this window. */
const ALL = ['--window', '86400'];

const viewOf = (...args: string[]) => JSON.parse(dropcap('top', '--json', ...args).stdout) as TopView;
const countsOf = (rows: readonly { name: string; drops: number }[]) =>
  Object.fromEntries(rows.map(({ name, drops }) => [name, drops]));

beforeAll(() => void dropcap('-q', '-r', recordingPath('nlmon'), '-w', own));

describe.skipIf(lacksTools('tshark'))('the numbers of dropcap top are those of tshark', () => {
  const tshark = (...args: string[]) =>
    runTool('tshark', '-n', '-r', own, '-T', 'fields', ...args)
      .stdout.trim()
      .split('\n');

  test('drops, reasons and interfaces', () => {
    const { drops, dropsSinceStart, tables, meanings } = viewOf('-r', own, ...ALL);
    const comments = tshark('-e', 'frame.comment');
    expect([drops, dropsSinceStart]).toEqual([comments.length, comments.length]);
    expect(Object.values(meanings).reduce((sum, some) => sum + some, 0)).toBe(drops);
    const counts: Record<string, number> = {};
    for (const comment of comments) {
      const reason = / reason=(\S+)/.exec(comment)?.[1] ?? / trap=(\S+)/.exec(comment)![1]!;
      counts[reason] = (counts[reason] ?? 0) + 1;
    }
    expect(countsOf(tables.reasons)).toEqual(counts);
  });

  test('the window has the last drops of the file', () => {
    const times = tshark('-e', 'frame.time_epoch').map(Number);
    const last = Math.max(...times);
    const { drops, time, windowSeconds } = viewOf('-r', own, '--window', '2');
    expect(Date.parse(String(time)) / 1000).toBeCloseTo(last, 2);
    expect(windowSeconds).toBeGreaterThanOrEqual(2);
    expect(windowSeconds).toBeLessThan(2.2);
    expect(drops).toBe(times.filter((each) => each >= last - windowSeconds).length);
    expect(drops).toBeLessThan(times.length);
  });
});

describe('the rows', () => {
  test.each(['nlmon', 'dwdump', 'nlmon-trunc64'])('of %s are those of dropcap report', (name) => {
    const path = recordingPath(name);
    const ran = dropcap('report', path, '--format', 'json', '--top', '100');
    const report = JSON.parse(ran.stdout) as Report;
    const view = viewOf('-r', path, ...ALL);
    for (const table of ['causes', 'classes', 'places', 'interfaces'] as const)
      expect(countsOf(view.tables[table])).toEqual(countsOf(report[table].rows));
    expect(view.meanings).toEqual(report.meanings);
    expect([view.complete, view.losses]).toEqual([report.complete, report.losses]);
    expect(view.tables.flows.reduce((sum, { drops }) => sum + drops, 0)).toBe(
      report.flows.rows.reduce((sum, { drops }) => sum + drops, 0) + report.flows.moreDrops,
    );
  });

  test('have filters that choose as many drops as the row has', () => {
    const { tables } = viewOf('-r', own, ...ALL);
    const rows: TopRow[] = TABLES.flatMap((table) => tables[table].slice(0, 6));
    const some = rows.filter(({ filter }) => filter !== null);
    expect(some.length).toBeGreaterThan(20);
    for (const { name, drops, filter } of some) {
      const { stdout } = dropcap('-r', own, '--count', '-q', filter!);
      expect([name, stdout]).toEqual([name, `${drops} ${drops === 1 ? 'drop' : 'drops'}\n`]);
    }
  }, 120_000);

  test('are of the drops that fit the expression', () => {
    const { expression, drops, tables } = viewOf('-r', own, ...ALL, 'reason = NO_SOCKET', 'and', 'ip');
    expect(expression).toBe('reason = NO_SOCKET and ip');
    expect(tables.reasons.map(({ name }) => name)).toEqual(['NO_SOCKET']);
    expect(dropcap('-r', own, '--count', '-q', expression!).stdout).toBe(`${drops} drops\n`);
  });
});

describe('docs/top.schema.json', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../docs/top.schema.json', import.meta.url), 'utf8'),
  ) as object;
  const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);
  const handmade = join(folder, 'handmade.pcap');
  const none = join(folder, 'none.pcapng');

  beforeAll(() => {
    writeFileSync(handmade, handmadeRecording);
    dropcap('-q', '-r', own, '-w', none, 'reason = NO_SUCH_REASON');
  });

  test.each([
    ['a recording', recordingPath('nlmon')],
    ["dropcap's own file", own],
    ['hand-made alerts', handmade],
    ['a file without drops', none],
  ])('describes --json of %s', (_name, path) => {
    const view = viewOf('-r', path, ...ALL);
    expect(validate(view) ? [] : validate.errors).toEqual([]);
    expect(validate({ ...view, more: 1 })).toBe(false);
    expect(validate({ ...view, time: 1 })).toBe(false);
  });

  test('a file without drops has no time', () => {
    expect(viewOf('-r', none)).toMatchObject({ time: null, drops: 0, windowSeconds: 1 });
  });
});

describe('off a terminal', () => {
  test('prints one table, without control characters', () => {
    const { status, stdout, stderr } = dropcap('top', '-r', own, '--table', 'reasons', '--all');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^dropcap top {2}13 s to 15:57:47 UTC, recording /);
    expect(stdout).toMatch(/^ +DROPS +PER S SHARE +LAST WINDOW +MEANING +REASONS$/m);
    expect(stdout).toMatch(/^ +34 +2\.6 +35% .* fid_miss$/m);
    expect(stdout).toMatch(/^[\n -~]+$/);
    expect(dropcap('top', '-r', own, '--once', '--table', 'reasons', '--all').stdout).toBe(stdout);
  });

  test('prints the example of docs/top.md', () => {
    const path = recordingPath('nlmon');
    const page = readFileSync(new URL('../../docs/top.md', import.meta.url), 'utf8');
    expect(page).toContain(`\n${dropcap('top', '-r', path).stdout.replace(path, 'nlmon.pcap')}\`\`\`\n`);
    expect(page).toContain(`\n${viewOf('-r', path).tables.causes[0]!.filter}\n`);
  });

  test('hides noise without --all, and says so', () => {
    const { stdout } = dropcap('top', '-r', own);
    expect(stdout).toContain('14 noise (--all)');
    expect(stdout).not.toMatch(/ noise +\w+ at/);
  });

  test('reads standard input', () => {
    const { stdout } = dropcapWithInput(own, 'top', '-r', '-', '--json', ...ALL);
    expect((JSON.parse(stdout) as TopView).drops).toBe(98);
  });

  test('a file that is cut has its table, says so, and ends with status 1', () => {
    const cut = join(folder, 'cut.pcapng');
    writeFileSync(cut, readFileSync(own).subarray(0, 9000));
    const { status, stdout, stderr } = dropcap('top', '-r', cut, '--json');
    expect(status).toBe(1);
    expect(stderr).toContain('is cut short');
    const view = JSON.parse(stdout) as TopView;
    expect([view.complete, view.drops > 0]).toEqual([false, true]);
    expect(view.losses.join()).toContain('is cut short');
  });

  test('a file that cannot be opened has no output, and status 1', () => {
    expect(dropcap('top', '-r', join(folder, 'missing'))).toMatchObject({ status: 1, stdout: '' });
  });

  test.each([
    [['--window', '0'], 'It takes a whole number of seconds from 1 to 86400'],
    [['--window', '1.5'], 'It takes a whole number of seconds'],
    [['--table', 'ports'], 'Allowed choices are causes, classes'],
    [['--passive'], '--passive goes with capturing'],
    [['tcp', 'and'], 'filter: the expression ends here'],
    [['--write', 'x'], 'unknown option'],
  ])('refuses %j with status 2', (args, text) => {
    const ran = dropcap('top', '-r', own, ...args);
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect(ran.stderr).toContain(text);
  });
});
