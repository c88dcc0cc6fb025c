import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  lstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../../bin/dropcap.js', import.meta.url));
const recording = fileURLToPath(
  new URL('../../../samples/recordings/linux-6.12/nlmon.pcap', import.meta.url),
);
const NOBODY = 65_534;
/** Length of a pcap file's header. */
const PCAP_HEADER = 24;
/** Time until a reader that stands still has ended the program, as docs/capturing.md says, and for a busy machine. */
const ENDED_MS = 4000;

/** Says when the program listens to SIGUSR1. Before, Node itself catches the signal, and opens its debugger. */
const TELL_LISTENING = `process.on('newListener', (name) => {
  if (name === 'SIGUSR1') setImmediate(() => process.stderr.write('listens\\n'));
});`;

let folder: string;
let fifo: string;
let children: ChildProcess[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dropcap-signals-'));
  writeFileSync(join(folder, 'listening.cjs'), TELL_LISTENING);
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  children = [];
  fifo = join(mkdtempSync(join(folder, 'test-')), 'fifo');
  execFileSync('mkfifo', [fifo]);
});
afterEach(() => children.forEach((child) => child.kill('SIGKILL')));

function start(...args: string[]) {
  return startAs(undefined, ...args);
}

function startAs(user: number | undefined, ...args: string[]) {
  const words = ['--require', './listening.cjs', program, ...args];
  const who = user !== undefined && { uid: user, gid: user };
  const child = spawn(process.execPath, words, { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'], ...who });
  children.push(child);
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (more: string) => (text += more));
  const ended = new Promise<[number | null, string | null]>((resolve) =>
    child.once('close', (...how) => resolve(how)),
  );
  return { child, ended, stderr: () => text };
}

/** Waits until the program handles the signal: before, it has other effects. */
async function handles(child: ChildProcess, number: number): Promise<void> {
  await expect.poll(() => caught(child) & (1n << BigInt(number - 1)), { timeout: 10_000 }).not.toBe(0n);
}

function caught({ pid }: ChildProcess): bigint {
  const line = /^SigCgt:\s*(\w+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return BigInt(`0x${line![1]}`);
}

const SIGTERM = 15;

describe('SIGUSR1', () => {
  const SUMMARY = [
    'dropcap: TIME so far (counters.pcapng 16.2 kB):',
    '98 drops captured',
    '49 drops written',
    'queue drops not known: what was read does not report them',
    'overruns not known: what was read does not report them',
    '0 malformed alerts',
    '49 drops left out by --sample',
    '',
  ].join('\n');
  const WRITTEN = { captured: 98, written: 49, filtered: 49, removed: { sample: 49 }, queueDrops: null };

  test('prints the summary so far, and the capture goes on', async () => {
    const { child, ended, stderr } = start('-r', '-', '-w', 'counters.pcapng', '--sample', '1/2');
    child.stdin.write(readFileSync(recording));
    await expect.poll(stderr, { timeout: 10_000 }).toContain('reading from');
    await expect
      .poll(() => (child.kill('SIGUSR1'), stderr().replace(/ 20[-\dT:]+Z /g, ' TIME ')), { timeout: 10_000 })
      .toContain(SUMMARY);
    child.stdin.end();
    expect(await ended).toEqual([0, null]);
    expect(stderr()).not.toContain('Debugger');
  });

  test('with --json: prints every counter so far as JSON, with a time', async () => {
    const { child, ended, stderr } = start('-r', '-', '-w', 'c.json', '--json', '--sample', '1/2');
    child.stdin.write(readFileSync(recording));
    await expect.poll(stderr, { timeout: 10_000 }).toContain('reading from');
    await expect.poll(() => (child.kill('SIGUSR1'), stderr()), { timeout: 10_000 }).toContain('"written":49');
    child.stdin.end();
    expect(await ended).toEqual([0, null]);
    const objects = stderr()
      .match(/^\{.*\}$/gm)!
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const isLate = ({ written }: Record<string, unknown>) => written === 49;
    expect(objects.find(isLate)).toMatchObject({ ...WRITTEN, file: 'c.json', read: { totalBytes: null } });
    expect(Date.parse(String(objects[0]!['time']))).toBeGreaterThan(Date.now() - 60_000);
    expect(objects.at(-1)).toMatchObject(WRITTEN);
    expect(objects.at(-1)).not.toHaveProperty('time');
  });

  test.each([
    ['-w', 'without a reader', () => ['-q', '-r', recording, '-w', fifo]],
    ['-r', 'without a writer', () => ['-q', '-r', fifo]],
  ])('%s FIFO %s: says what it waits for', async (_, __, args) => {
    const { child, ended, stderr } = start(...args());
    const waiting = `Z 0 captured, waiting for ${fifo}\n`;
    await expect.poll(stderr, { timeout: 10_000 }).toContain('listens');
    await expect
      .poll(() => (child.kill('SIGUSR1'), stderr()), { timeout: 10_000, interval: 200 })
      .toContain(waiting);
    expect(stderr()).not.toContain('Debugger');
    child.kill('SIGTERM');
    await ended;
  });
});

describe('a FIFO without a reader', () => {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

  /** Ends a run that waits for the FIFO's reader. Returns how it ended, and what it printed. */
  async function endWaiting(signal: NodeJS.Signals, args: string[], user?: number) {
    const { child, ended, stderr } = startAs(user, ...args, '-w', fifo);
    await expect
      .poll(() => (stderr().includes('listens') && child.kill('SIGUSR1'), stderr()), {
        timeout: 10_000,
        interval: 200,
      })
      .toContain(`waiting for ${fifo}`);
    const before = Date.now();
    child.kill(signal);
    const how = await ended;
    expect(Date.now() - before).toBeLessThan(ENDED_MS);
    expect(lstatSync(fifo).isFIFO()).toBe(true);
    return { how, lines: stderr().trimEnd().split('\n') };
  }

  test.each(signals)('does not keep %s from ending a capture in order', async (signal) => {
    const { how, lines } = await endWaiting(signal, ['-r', '-']);
    expect(how).toEqual([0, null]);
    expect(lines.slice(-5)).toEqual([
      '0 drops captured',
      '0 drops written',
      '0 queue drops',
      '0 overruns',
      '0 malformed alerts',
    ]);
  });

  test('a file that was not read is a failure', async () => {
    const { how, lines } = await endWaiting('SIGTERM', ['-q', '-r', recording]);
    expect(how).toEqual([1, null]);
    expect(lines.at(-1)).toBe(`dropcap: interrupted: nothing of ${recording} was read (run it again)`);
  });

  test.skipIf(process.getuid!() !== 0)('that dropcap may not read: ends by the signal', async () => {
    chmodSync(folder, 0o711);
    chmodSync(dirname(fifo), 0o711);
    chmodSync(fifo, 0o200);
    chownSync(fifo, NOBODY, NOBODY);
    const { how, lines } = await endWaiting('SIGTERM', ['-q', '-r', '-'], NOBODY);
    expect(how).toEqual([null, 'SIGTERM']);
    expect(lines.at(-1)).toBe(`dropcap: nothing was captured: waiting for ${fifo}`);
  });
});

describe('an ignored signal', () => {
  /** Starts the program by the file of the command `dropcap`, with some signals ignored. */
  function startCommand(ignored: string, ...args: string[]) {
    const command = program.replace(/\.js$/, '');
    const child = spawn('sh', ['-c', `trap '' ${ignored}; exec "$0" "$@"`, command, ...args], {
      cwd: folder,
      stdio: ['pipe', 'ignore', 'pipe'],
      env: { ...process.env, h: '1', DROPCAP_SIGHUP_IGNORED: '' },
    });
    children.push(child);
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (more: string) => (text += more));
    const ended = new Promise<[number | null, string | null]>((resolve) =>
      child.once('close', (...how) => resolve(how)),
    );
    return { child, ended, stderr: () => text };
  }

  test('SIGHUP, as under nohup, stays ignored', async () => {
    const { child, ended, stderr } = startCommand('HUP', '-r', '-', '-w', 'nohup.pcapng');
    child.stdin.write(readFileSync(recording));
    await expect.poll(stderr, { timeout: 10_000 }).toContain('reading from');
    child.kill('SIGHUP');
    child.kill('SIGHUP');
    child.kill('SIGHUP');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([child.exitCode, child.signalCode, stderr()]).toEqual([
      null,
      null,
      expect.stringMatching(/^.*\n$/),
    ]);
    child.stdin.end();
    expect(await ended).toEqual([0, null]);
    expect(stderr()).toContain('98 drops captured');
  });

  test.each([
    ['SIGHUP', 'INT'],
    ['SIGINT', 'INT HUP'],
    ['SIGTERM', 'HUP'],
  ] as const)('%s ends the capture in order when %s was ignored', async (signal, ignored) => {
    const { child, ended, stderr } = startCommand(ignored, '-r', '-', '-w', `${signal}.pcapng`);
    child.stdin.write(readFileSync(recording));
    await expect.poll(stderr, { timeout: 10_000 }).toContain('reading from');
    child.kill(signal);
    expect(await ended).toEqual([0, null]);
    expect(stderr()).toMatch(/\d+ drops captured/);
  });
});

describe('one SIGTERM', () => {
  let long: string;
  beforeAll(() => {
    // More drops than a pipe and the buffers hold.
    const bytes = readFileSync(recording);
    long = join(folder, 'long.pcap');
    const packets = Array.from({ length: 300 }, () => bytes.subarray(PCAP_HEADER));
    writeFileSync(long, Buffer.concat([bytes.subarray(0, PCAP_HEADER), ...packets]));
  });

  test('ends a run whose FIFO has a reader that does not read, and says what is lost', async () => {
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    const { child, ended, stderr } = start('-r', long, '-w', fifo);
    await handles(child, SIGTERM);
    await expect.poll(stderr, { timeout: 10_000 }).toContain('reading from');
    const before = Date.now();
    child.kill('SIGTERM');
    expect(await ended).toEqual([null, 'SIGTERM']);
    closeSync(reader);
    expect(Date.now() - before).toBeLessThan(ENDED_MS);
    expect(stderr()).toContain(
      `dropcap: ${fifo} takes no more bytes: 0 drops were written, the drops after them are lost\n`,
    );
  });

  test.each([
    ['standard output', () => ['-w', '-']],
    [
      'printed lines, although its file takes all drops,',
      () => ['-w', join(folder, 'beside.pcapng'), '--print'],
    ],
  ])('ends a run whose %s nobody reads', async (_, args) => {
    const { child, ended, stderr } = start('-r', long, ...args());
    child.stdout.pause();
    await handles(child, SIGTERM);
    await expect.poll(stderr, { timeout: 10_000 }).toContain('reading from');
    child.kill('SIGTERM');
    await expect
      .poll(stderr, { timeout: ENDED_MS })
      .toContain('dropcap: standard output takes no more bytes');
    child.stdout.resume();
    expect(await ended).toEqual([null, 'SIGTERM']);
  });

  test.each([
    ['-w', () => ['-q', '-r', recording, '-w', fifo]],
    ['-r', () => ['-q', '-r', fifo]],
  ])('ends a run that waits for the other end of %s FIFO', async (_, args) => {
    const { child, ended, stderr } = start(...args());
    await expect.poll(stderr, { timeout: 10_000 }).toContain('listens');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const before = Date.now();
    child.kill('SIGTERM');
    await ended;
    expect(Date.now() - before).toBeLessThan(ENDED_MS);
  });
});

test.skipIf(process.getuid!() !== 0)(
  'a signal ends a run in order that became another user, who may not enter the folder of its output',
  async () => {
    const closed = mkdtempSync(join(folder, 'closed-'));
    chmodSync(closed, 0o700);
    const child = spawn(process.execPath, [program, '-r', '-', '-w', join(closed, 'drops.pcapng')], {
      stdio: ['pipe', 'ignore', 'pipe'],
      env: { ...process.env, SUDO_UID: '65534', SUDO_GID: '65534' },
    });
    children.push(child);
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (more: string) => (text += more));
    child.stdin.write(readFileSync(recording));
    await expect.poll(() => text, { timeout: 10_000 }).toContain('reading from');
    child.kill('SIGINT');
    const status = await new Promise((resolve) => child.once('close', resolve));
    expect([status, text]).toEqual([0, expect.stringMatching(/\n\d+ drops written\n/)]);
  },
);
