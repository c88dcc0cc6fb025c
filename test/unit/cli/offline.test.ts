import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { progressText, unreadText } from '../../../src/cli/progress.js';
import { lacksTools, PROGRAM, recordingPath, runTool, temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();
const long = join(folder, 'long.pcap');
const RECORDINGS = 300;

beforeAll(() => {
  const bytes = readFileSync(recordingPath('nlmon'));
  const records = Array.from({ length: RECORDINGS }, () => bytes.subarray(24));
  writeFileSync(long, Buffer.concat([bytes.subarray(0, 24), ...records]));
});

describe('the progress of reading a file', () => {
  test.each([
    [{ bytes: 250_000_000, totalBytes: 1_000_000_000 }, 10_000, '25 % of 1.0 GB, 25.0 MB/s, 30 s left'],
    [{ bytes: 1_000_000, totalBytes: 186_000_000 }, 1000, '0 % of 186.0 MB, 1.0 MB/s, 3 min 5 s left'],
    [{ bytes: 1000, totalBytes: 8_041_000 }, 1000, '0 % of 8.0 MB, 1.0 kB/s, 2 h 14 min left'],
    [{ bytes: 12_000, totalBytes: 10_000 }, 1000, '100 % of 10.0 kB, 12.0 kB/s, 0 s left'],
    [{ bytes: 0, totalBytes: 10 }, 0, '0 % of 10 B, 0 B/s'],
    [{ bytes: 5_000_000, totalBytes: undefined }, 2000, '5.0 MB read, 2.5 MB/s'],
  ])('%j after %i ms', (progress, elapsed, text) => {
    expect(progressText(progress, elapsed)).toBe(text);
  });

  test('is no reason to complain after everything is read, and for a pipe', () => {
    expect(unreadText({ bytes: 10, totalBytes: 10 }, 'x')).toBeUndefined();
    expect(unreadText({ bytes: 10, totalBytes: undefined }, '-')).toBeUndefined();
    expect(unreadText({ bytes: 9, totalBytes: 10 }, 'x')).toContain('9 B of 10 B of x');
  });
});

describe('a long file', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'that %s interrupts: says that drops are missing',
    async (signal) => {
      const child = spawn(process.execPath, [PROGRAM, '-q', '-r', long, '--json']);
      let [stderr, lines] = ['', 0];
      child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
      const ended = new Promise((resolve) => child.on('close', (...how) => resolve(how)));
      // The output is read only after the signal: until then the run cannot end.
      await new Promise((resolve) => setTimeout(resolve, 1000));
      child.kill(signal);
      child.stdout.on('data', (data: Buffer) => (lines += data.toString().split('\n').length - 1));
      expect(await ended).toEqual([1, null]);
      expect(stderr).toMatch(
        /^dropcap: interrupted after [\d.]+ MB of 16\.9 MB of .*: the output lacks the drops after them .*\n$/,
      );
      expect(lines).toBeGreaterThan(98);
      expect(lines).toBeLessThan(RECORDINGS * 98);
    },
  );

  test.skipIf(lacksTools('python3', 'sh'))('shows its progress on a terminal, also without -w', () => {
    const onTerminal = 'import pty, sys; pty.spawn(sys.argv[1:])';
    const slowReader = '"$0" "$1" -r "$2" | { sleep 2; cat >/dev/null; }';
    const args = ['sh', '-c', slowReader, process.execPath, PROGRAM, long];
    const { stdout } = runTool('python3', '-c', onTerminal, ...args);
    expect(stdout).toMatch(/\d+ % of 16\.9 MB, [\d.]+ [kM]B\/s, .* left; [\d,]+ captured/);
    expect(stdout).toContain('29400 drops captured');
  });

  test.skipIf(lacksTools('python3', 'sh'))('shows no progress among its lines on a terminal', () => {
    const onTerminal = 'import pty, sys; pty.spawn(sys.argv[1:])';
    const { stdout } = runTool('python3', '-c', onTerminal, process.execPath, PROGRAM, '-r', long);
    expect(stdout).toContain('29400 drops captured');
    expect(stdout).not.toContain('\u001b[K');
  });
});
