import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  enhancedPacket,
  interfaceDescription,
  recordsOf,
  sectionHeader,
} from '../../support/captureFiles.js';
import { dropcap, PROGRAM, recordingPath, temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const nlmon = recordingPath('nlmon');

/** Starts dropcap. The result has its exit status and what it printed. */
function start(...args: string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  const ended = once(child, 'close').then(([status]) => ({ status: status as number | null, stderr }));
  return { ended };
}

/** The number of drops in a whole file. Fails when the file is damaged or cut. */
function dropsIn(path: string): number {
  const { status, stdout } = dropcap('-q', '-r', path, '--json');
  expect(status).toBe(0);
  return stdout.trimEnd().split('\n').length;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('two dropcaps with the same -w', () => {
  const refusal = (path: string) =>
    `dropcap: cannot write ${path}: another dropcap writes to it (end it first, or choose another name)\n`;

  test('do not destroy the file of the one that runs, also with --force', async () => {
    const [input, path] = [at('input'), at('running.pcapng')];
    execFileSync('mkfifo', [input]);
    const first = start('-r', input, '-w', path);
    const fd = openSync(input, 'w');
    const bytes = readFileSync(nlmon);
    writeSync(fd, bytes, 0, 20_000);
    await until(() => existsSync(path) && readFileSync(path).length > 1000);
    for (const force of [[], ['--force']]) {
      const second = dropcap('-q', '-r', nlmon, '-w', path, ...force);
      expect(second.status).toBe(1);
      // Without --force, the content alone is a reason.
      const exists = `dropcap: cannot write ${path}: it exists (choose another name, or --force to overwrite it)\n`;
      expect(second.stderr).toBe(force.length > 0 ? refusal(path) : exists);
    }
    writeSync(fd, bytes, 20_000);
    closeSync(fd);
    expect((await first.ended).status).toBe(0);
    expect(dropsIn(path)).toBe(98);
  });

  test('that start at the same time leave one whole file', async () => {
    const path = at('race.pcapng');
    const runs = Array.from({ length: 4 }, () => start('-q', '-r', nlmon, '-w', path).ended);
    const results = await Promise.all(runs);
    expect(results.filter(({ status }) => status === 0)).toHaveLength(1);
    for (const { status, stderr } of results.filter((each) => each.status !== 0)) {
      expect(status).toBe(1);
      expect(stderr).toMatch(/another dropcap writes to it|it exists/);
    }
    expect(dropsIn(path)).toBe(98);
  });
});

describe('an existing file and --force', () => {
  const whole = readFileSync(nlmon);
  test.each<[string, Uint8Array, RegExp]>([
    ['no capture', Buffer.alloc(100, 'text'), /not a pcap or pcapng file/],
    ['cut before its first drop', whole.subarray(0, 30), /is cut short/],
    ['a capture without drops', withoutDrops(), /holds no drops/],
    ['nothing', new Uint8Array(0), /is empty/],
  ])('keeps its content when the input is %s', (name, bytes, why) => {
    const [input, path] = [at(`${name}.in`), at(`${name}.pcapng`)];
    writeFileSync(input, bytes);
    writeFileSync(path, 'precious');
    const { status, stderr } = dropcap('-r', input, '-w', path, '--force');
    expect([status, stderr]).toEqual([1, expect.stringMatching(why)]);
    expect(readFileSync(path, 'utf8')).toBe('precious');
    // A new file is not left behind.
    expect(dropcap('-r', input, '-w', `${path}.new`).status).toBe(1);
    expect(existsSync(`${path}.new`)).toBe(false);
  });

  test('is replaced by a file without drops when the input is a recording in which nothing was dropped', () => {
    const path = at('none.pcapng');
    writeFileSync(path, 'old');
    expect(dropcap('-r', recordingPath('nlmon-summary'), '-w', path, '--force').status).toBe(0);
    expect(dropcap('-r', path)).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('0 drops captured'),
    });
  });
});

/** A pcapng file of another program: an Ethernet packet without a comment. */
function withoutDrops(): Buffer {
  const record = recordsOf(Buffer.alloc(60, 0x45))[0]!;
  return Buffer.concat([sectionHeader(true), interfaceDescription(true, 1), enhancedPacket(record, true)]);
}
