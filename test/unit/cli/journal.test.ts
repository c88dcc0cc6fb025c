import { spawnSync } from 'node:child_process';
import { closeSync, fstatSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../../bin/dropcap.js', import.meta.url));
const recording = fileURLToPath(
  new URL('../../../samples/recordings/linux-6.12/nlmon.pcap', import.meta.url),
);
const losses = fileURLToPath(new URL('../../cases/killed-capture-with-losses.pcapng', import.meta.url));

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dropcap-journal-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs dropcap with a file as standard error, and a value of JOURNAL_STREAM that is made of it. */
function linesOf(args: readonly string[], streamOf: (dev: bigint, ino: bigint) => string | undefined) {
  const path = join(folder, 'errors');
  const fd = openSync(path, 'w');
  const { dev, ino } = fstatSync(fd, { bigint: true });
  const env = { ...process.env, JOURNAL_STREAM: streamOf(dev, ino) };
  spawnSync(process.execPath, [program, ...args], { cwd: folder, env, stdio: ['ignore', 'ignore', fd] });
  closeSync(fd);
  return readFileSync(path, 'utf8').trimEnd().split('\n');
}

const theJournal = (dev: bigint, ino: bigint) => `${dev}:${ino}`;

describe('lines for the journal', () => {
  test('of a run without losses have the priority 6', () => {
    const lines = linesOf(['-r', recording, '-w', 'drops.pcapng'], theJournal);
    expect(lines[0]).toBe(`<6>dropcap: reading from recording ${recording}`);
    expect(lines).toContain('<6>98 drops captured');
    expect(lines.filter((line) => !/^<6>\S/.test(line))).toEqual([]);
  });

  test('of a summary with losses have the priority 4', () => {
    const lines = linesOf(['-r', losses, '-w', 'drops.pcapng'], theJournal);
    expect(lines.filter((line) => line.startsWith('<4>'))).toContain('<4>2 drops captured');
  });

  test('about a failure and about wrong usage have the priority 3', () => {
    expect(linesOf(['-r', 'absent.pcap'], theJournal)).toEqual([
      expect.stringMatching(/^<3>dropcap: cannot open absent\.pcap: /),
    ]);
    expect(linesOf(['--drop', '1'], theJournal).slice(0, 2)).toEqual([
      "<3>error: unknown option '--drop'",
      '<3>(Did you mean --drops?)',
    ]);
  });
});

test.each<[string, (dev: bigint, ino: bigint) => string | undefined]>([
  ['without a journal', () => undefined],
  ['for another device', (dev, ino) => `${dev + 1n}:${ino}`],
  ['for another file', (dev, ino) => `${dev}:${ino + 1n}`],
])('lines have no priority %s', (_, streamOf) => {
  const lines = linesOf(['-r', recording, '-w', 'drops.pcapng'], streamOf);
  expect(lines[0]).toBe(`dropcap: reading from recording ${recording}`);
});
