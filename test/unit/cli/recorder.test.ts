import { spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { dropcap, PROGRAM, recordingPath, temporaryFolder } from '../../support/tools.js';

const root = temporaryFolder();
const nlmon = recordingPath('nlmon');
/** Drops of nlmon.pcap with this reason: at 44.94, 45.08 and so on. */
const PURGE = 'reason = QUEUE_PURGE';
let folder: string;
let base: string;
beforeEach(() => {
  folder = mkdtempSync(join(root, 'test-'));
  base = join(folder, 'drops.pcapng');
});

/** Runs a recorder on nlmon.pcap. */
const record = (...options: string[]) => dropcap('-r', nlmon, '-w', base, ...options);

describe('a recorder on the command line', () => {
  test('writes a file for a trigger, and accounts for the other drops', () => {
    const { status, stderr } = record(
      '--trigger',
      PURGE,
      '--before',
      '1',
      '--after',
      '0.5',
      '--trigger-pause',
      '9',
    );
    const name = 'drops_00001_20261122155744.pcapng';
    expect(readdirSync(folder)).toEqual([name]);
    expect(stderr).toContain(
      `dropcap: trigger (${PURGE}): writing ${join(folder, name)} with 18 drops of 0.9 s before\n` +
        `dropcap: ${join(folder, name)} is complete: 30 drops, 9.1 kB\n`,
    );
    expect(stderr).toContain('\n98 drops captured\n30 drops written\n');
    expect(stderr).toContain('\n1 file for a trigger\n68 drops remembered and not written\n');
    expect(status).toBe(0);
  });

  test('writes nothing without a trigger', () => {
    const { status, stderr } = record('--recorder', '1M');
    expect(readdirSync(folder)).toEqual([]);
    expect(stderr).toContain('\n0 drops written\n');
    expect(stderr).toContain(
      '\n0 files for triggers\n98 drops remembered and not written\n0 more triggers\n',
    );
    expect(status).toBe(0);
  });

  test('has its counters in the JSON of the summary', () => {
    const options = ['--json', '--trigger-rate', '5', '--after', '0', '--trigger-pause', '0'];
    const { stderr } = dropcap('-r', nlmon, '-w', join(folder, 'drops.json'), ...options);
    const summary = JSON.parse(stderr.split('\n').at(-2)!) as Record<string, unknown>;
    expect(summary).toMatchObject({ captured: 98, recorder: { ignoredTriggers: 0 } });
    const { dumps, notDumped } = summary['recorder'] as { dumps: number; notDumped: number };
    expect(readdirSync(folder)).toHaveLength(dumps);
    expect(dumps).toBeGreaterThan(1);
    expect(summary['written']).toBe(98 - notDumped);
  });

  test('prints the lines of all drops with --print', () => {
    const { stdout } = record('--recorder', '1M', '--print');
    expect(stdout.split('\n')).toHaveLength(99);
  });

  test('counts only what passes the expression', () => {
    const { stderr } = record('--recorder', '1M', 'reason = NO_SOCKET');
    expect(stderr).not.toContain('\n98 drops remembered');
    expect(stderr).toMatch(/\n\d+ drops remembered and not written\n/);
  });

  test('runs a command for a complete file, as words without a shell', () => {
    const command = `sh -c 'echo "$0|$1|$DROPCAP_FILE|$DROPCAP_TRIGGER|$DROPCAP_TRIGGER_TIME"' '$HOME'`;
    const { stderr } = record('--trigger', PURGE, '--before', '1', '--after', '0.5', '-z', command);
    const file = join(folder, 'drops_00001_20261122155744.pcapng');
    expect(stderr).toContain(`\n$HOME|${file}|${file}|${PURGE}|2026-11-22T15:57:44.939917526Z\n`);
  });

  test('does not overwrite a file', () => {
    const file = join(folder, 'drops_00001_20261122155744.pcapng');
    writeFileSync(file, 'mine');
    const { status, stderr } = record('--trigger', PURGE);
    expect([status, stderr]).toEqual([1, expect.stringContaining(`cannot write ${file}: it exists`)]);
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(record('--trigger', PURGE, '--force').status).toBe(0);
    expect(readFileSync(file).length).toBeGreaterThan(1000);
  });

  test('needs a folder for its files', () => {
    const { status, stderr } = dropcap(
      '-r',
      nlmon,
      '-w',
      join(folder, 'none', 'a.pcapng'),
      '--recorder',
      '1M',
    );
    const text = `dropcap: cannot make later files in ${join(folder, 'none')} as user ${process.geteuid!()}: no such file or folder`;
    expect([status, stderr]).toEqual([1, expect.stringContaining(text)]);
  });

  test('takes a folder with a dot in its name', () => {
    const dotted = join(folder, 'a.b');
    mkdirSync(dotted);
    dropcap('-r', nlmon, '-w', join(dotted, 'drops'), '--trigger', PURGE);
    expect(readdirSync(dotted)).toEqual(['drops_00001_20261122155744']);
  });

  test.each<[string, string[], string]>([
    ['no name', ['--recorder', '1M'], 'name them with -w FILE'],
    ['standard output', ['-w', '-', '--recorder', '1M'], 'name them with -w FILE'],
    [
      '--before alone',
      ['-w', 'x', '--before', '1'],
      '--before goes with --recorder, --trigger or --trigger-rate',
    ],
    ['--after alone', ['-w', 'x', '--after', '1'], '--after goes with --recorder'],
    ['--trigger-pause alone', ['-w', 'x', '--trigger-pause', '1'], '--trigger-pause goes with --recorder'],
    ['too little memory', ['-w', 'x', '--recorder', '0M'], 'It takes a number of megabytes'],
    ['memory without a unit', ['-w', 'x', '--recorder', '64'], 'It takes a number of megabytes'],
    [
      'too much memory',
      ['-w', 'x', '--recorder', '900000G'],
      '--recorder may take half of the memory: at most ',
    ],
    ['an empty trigger', ['-w', 'x', '--trigger', ' '], 'It takes an expression'],
    [
      'a wrong trigger',
      ['-w', 'x', '--trigger', 'reason ='],
      'dropcap: --trigger: a value is missing (at the end)',
    ],
    ['a rate of 0', ['-w', 'x', '--trigger-rate', '0'], 'It takes a whole number from 1 to 1000000.'],
    ['a negative time', ['-w', 'x', '--recorder', '1M', '--after', '-1'], 'It takes a number of seconds'],
  ])('refuses %s', (_, options, text) => {
    const { status, stderr } = dropcap('-r', nlmon, ...options);
    expect([status, stderr]).toEqual([2, expect.stringContaining(text)]);
  });

  test('writes what is remembered at SIGUSR2, and goes on', async () => {
    const args = [PROGRAM, '-r', '-', '-w', base, '--recorder', '1M', '--after', '0'];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.stdin.write(readFileSync(nlmon));
    await expect.poll(() => stderr, { timeout: 10_000 }).toContain('reading from');
    await expect
      .poll(() => (child.kill('SIGUSR1'), stderr), { timeout: 10_000 })
      .toContain('98 drops captured\n0 drops written');
    child.kill('SIGUSR2');
    await expect.poll(() => stderr, { timeout: 10_000 }).toContain('trigger (SIGUSR2): writing');
    child.stdin.end();
    expect(await ended).toBe(0);
    expect(stderr).toContain(' with 98 drops of 13.0 s before\n');
    expect(stderr).toContain(' is complete: 98 drops, ');
    expect(stderr).toContain('\n0 drops remembered and not written\n');
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('lives on at a SIGUSR2 without a recorder', async () => {
    const child = spawn(process.execPath, [PROGRAM, '-r', '-', '-w', base], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.stdin.write(readFileSync(nlmon));
    await expect.poll(() => stderr, { timeout: 10_000 }).toContain('reading from');
    child.kill('SIGUSR2');
    child.stdin.end();
    expect(await ended).toBe(0);
  });
});
