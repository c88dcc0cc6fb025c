import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { dropcap, PROGRAM, recordingPath, temporaryFolder } from '../../support/tools.js';

const WAIT = { timeout: 15_000 };

const folder = temporaryFolder();
const recording = readFileSync(recordingPath('nlmon'));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function start(...args: string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args, '--status-interval', '1'], { cwd: folder });
  children.push(child);
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (more: string) => (text += more));
  const ended = new Promise((resolve) => child.once('close', (...how) => resolve(how)));
  return { child, ended, stderr: () => text };
}

describe('--status-interval', () => {
  test('prints a line each interval, also while it waits and while no drop comes', async () => {
    const fifo = join(folder, 'in');
    execFileSync('mkfifo', [fifo]);
    const { ended, stderr } = start('-r', fifo, '-w', 'drops.pcapng');
    await expect.poll(stderr, WAIT).toContain(`Z 0 captured, waiting for ${fifo}\n`);
    const writer = openSync(fifo, constants.O_WRONLY);
    writeSync(writer, recording);
    await expect
      .poll(stderr, WAIT)
      .toMatch(
        /^dropcap: 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ 56\.3 kB read, .*; 98 captured \((9\d|[1-9]\d\d)\/s\), most \w+ \(\d+ %\), losses not known, drops\.pcapng 31\.1 kB$/m,
      );
    await expect.poll(stderr, WAIT).toContain('; 98 captured (0/s), losses not known, drops.pcapng');
    closeSync(writer);
    expect(await ended).toEqual([0, null]);
    expect(stderr()).not.toContain('\u001b');
    expect(stderr()).toMatch(/98 drops captured\n98 drops written\n/);
  });

  test('with --json: prints every counter, the rate and the most frequent reason', async () => {
    const fifo = join(folder, 'in.json');
    execFileSync('mkfifo', [fifo]);
    const { ended, stderr } = start('-r', fifo, '--json');
    await expect.poll(stderr, WAIT).toContain(`"captured":0,"waitingFor":"${fifo}"}`);
    const writer = openSync(fifo, constants.O_WRONLY);
    writeSync(writer, recording);
    await expect.poll(stderr, WAIT).toContain('"captured":98');
    closeSync(writer);
    await ended;
    const line = stderr()
      .split('\n')
      .find((text) => text.includes('"captured":98'));
    const status = JSON.parse(line!) as Record<string, unknown>;
    expect(Object.keys(status)).toEqual([
      'time',
      'perSecond',
      'most',
      'captured',
      'filtered',
      'removed',
      'hidden',
      'lost',
      'written',
      'bytes',
      'cutPackets',
      'refused',
      'malformed',
      'damagedBlocks',
      'cut',
      'alertCopies',
      'summarized',
      'unknownAttributes',
      'otherPackets',
      'otherMessages',
      'queueDrops',
      'hardwareQueueDrops',
      'overruns',
      'batchWaits',
      'file',
      'read',
    ]);
    expect(status).toMatchObject({ written: 98, queueDrops: null, overruns: null, file: 'standard output' });
  });

  test.each([
    [['--status-interval', '0.5'], 'It takes a number of seconds from 1 to 86400, a day.'],
    [['--status-interval', '86401'], 'It takes a number of seconds from 1 to 86400, a day.'],
    [['--status-interval', '1m'], 'It takes a number of seconds from 1 to 86400, a day.'],
    [['-q', '--status-interval', '5'], '-q prints no counters, and --status-interval prints them'],
  ])('%j is refused', (args, text) => {
    const { status, stderr } = dropcap('-r', recordingPath('nlmon'), ...args);
    expect([status, stderr]).toEqual([2, expect.stringContaining(text)]);
  });
});
