import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openRecording } from '../../src/source/file/recording.js';
import { runTool } from '../support/tools.js';
import { tsharkComplaints } from '../support/tshark.js';
import { capturedDrops } from './judges.js';
import { machineOf } from './machine.js';

const guest = machineOf('rotation.sh', '6.12', ['flood', 'quiet', 'user', 'full']);

/** The numbers of flood.py's datagrams in a file. */
function numbersIn(path: string): number[] {
  return capturedDrops(path).flatMap(({ bytes }) => {
    const number = /dropcap-flood-(\d{8})/.exec(bytes.toString('latin1'))?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

async function lossesIn(path: string): Promise<number> {
  const source = await openRecording(path);
  for await (const batch of source) batch.release();
  const { queueDrops = 0, overruns = 0 } = await source.statistics();
  return queueDrops + overruns;
}

const counter = (text: string, what: string) => Number(new RegExp(`^(\\d+) ${what}`, 'm').exec(text)?.[1]);

describe('several files', () => {
  test('of a flood have each captured drop once, and all its losses', async () => {
    const report = guest.text('flood.err');
    const paths = guest.text('flood.out').trimEnd().split('\n');
    expect(counter(report, 'files')).toBe(paths.length);
    expect(paths.length).toBeGreaterThan(2);
    const numbers = paths.flatMap(numbersIn);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(paths.map((path) => capturedDrops(path).length).slice(0, -1)).toEqual(
      Array(paths.length - 1).fill(1000),
    );
    let losses = 0;
    for (const path of paths) losses += await lossesIn(path);
    expect(losses).toBe(counter(report, 'queue drops?') + counter(report, 'overruns?'));
    expect(losses).toBeGreaterThan(0);
    const captured = counter(report, 'drops captured');
    expect(captured).toBe(counter(report, 'drops written'));
    expect(numbers.length + losses).toBeGreaterThanOrEqual(40_000);
    expect(captured + losses).toBeLessThan(40_100);
  });

  test('of a flood are whole for tshark and capinfos', () => {
    for (const path of guest.text('flood.out').trimEnd().split('\n')) {
      expect(tsharkComplaints(path)).toMatchObject({ status: 0, stderr: '' });
      expect(runTool('capinfos', '-cM', path).stdout).toMatch(
        new RegExp(`^Number of packets: +${capturedDrops(path).length}$`, 'm'),
      );
    }
  });

  test('end on time without a further drop', () => {
    expect(guest.status('quiet')).toBe(0);
    const first = guest.path('quiet-first.pcapng');
    expect(numbersIn(first)).toEqual([0, 1, 2]);
    expect(runTool('tshark', '-r', first, '-T', 'fields', '-e', 'frame.number').stdout).toMatch(/^1\n/);
    const [, second] = guest.text('quiet.out').trimEnd().split('\n');
    expect(numbersIn(second!)).toEqual([0, 1]);
  });

  test('belong to the user who called sudo', () => {
    expect(guest.status('user')).toBe(0);
    const files = readdirSync(guest.path('user')).toSorted();
    expect(files.length).toBeGreaterThanOrEqual(3);
    expect(files.flatMap((name) => numbersIn(join(guest.path('user'), name)))).toHaveLength(25);
    expect(new Set(guest.text('user.owners').trimEnd().split('\n'))).toEqual(new Set(['1000:1000 600']));
  });

  test('where that user can make none: an error before the capture', () => {
    expect(guest.text('closed.err')).toMatch(/cannot make later files in .*closed as user 1000: .*-Z root/);
    expect(guest.status('closed')).toBe(1);
    expect(guest.text('closed.files')).toBe('');
    expect(guest.text('closed.monitor')).toMatch(/\boff\b/);
  });

  test('of a ring are removed early while the disk is almost full', () => {
    expect(guest.text('ring.err')).toContain('the disk is almost full: the oldest files are removed early');
    expect(guest.status('ring')).toBe(0);
    expect(Number(guest.text('ring.free'))).toBeGreaterThanOrEqual(2_000_000 - 500_000);
    expect(guest.text('ring.files').trimEnd().split('\n').length).toBeLessThan(8);
  });
});

test('one file ends before the disk is full, with a word', () => {
  expect(guest.text('one.err')).toMatch(/cannot write .*one\.pcapng: \d+\.\d MB are left on its file system/);
  expect(guest.status('one')).toBe(1);
  expect(Number(guest.text('one.free'))).toBeGreaterThan(800_000);
  expect(counter(guest.text('one.err'), 'drops written')).toBe(
    capturedDrops(guest.path('one.pcapng')).length,
  );
  expect(tsharkComplaints(guest.path('one.pcapng'))).toMatchObject({ status: 0 });
  expect(guest.text('one.monitor')).toMatch(/\boff\b/);
});
