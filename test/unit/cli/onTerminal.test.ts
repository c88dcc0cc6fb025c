import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dropcap, lacksTools, PROGRAM, recordingPath, temporaryFolder } from '../../support/tools.js';

/** Runs a program on a terminal of its own, and copies between the terminal and standard input and output. */
const ON_TERMINAL = 'import pty, sys; pty.spawn(sys.argv[1:])';
/** Sets the width, says its process id, and becomes dropcap. */
const START = 'stty cols 100; echo "pid $$"; exec "$0" "$@"';
const CTRL_C = '\u0003';
const CTRL_S = '\u0013';
const CTRL_Q = '\u0011';
const CLEAR = '\r\u001b[K';
const WAIT = { timeout: 15_000 };

const folder = temporaryFolder();
const recording = readFileSync(recordingPath('nlmon'));
const drops = recording.subarray(24);
let number = 0;
let input: string;
let writer: number;
let children: ChildProcess[];

beforeEach(() => {
  children = [];
  input = join(folder, `in${++number}`);
  execFileSync('mkfifo', [input]);
  writer = openSync(input, constants.O_RDWR);
});
afterEach(() => {
  closeSync(writer);
  for (const child of children) child.kill('SIGKILL');
});

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const words = ['-c', ON_TERMINAL, 'sh', '-c', START, process.execPath, PROGRAM, '-r', input, ...args];
  const child = spawn('python3', words, { cwd: folder, env: { ...process.env, TERM: 'xterm', ...env } });
  children.push(child);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    ended,
    text: () => text,
    type: (keys: string) => child.stdin.write(keys),
    signal: (name: NodeJS.Signals) => process.kill(Number(/^pid (\d+)/.exec(text)![1]), name),
  };
}

/** What the terminal shows at the end: each line as it was written after it was cleared for the last time. */
function screen(text: string): string[] {
  return text.split('\r\n').map((line) => line.slice(line.lastIndexOf(CLEAR) + 1).replace('\u001b[K', ''));
}

describe.skipIf(lacksTools('python3', 'sh', 'stty'))('the live line', () => {
  test.each([
    ['Ctrl-C', (run: ReturnType<typeof start>) => run.type(CTRL_C)],
    ['SIGTERM', (run: ReturnType<typeof start>) => run.signal('SIGTERM')],
  ])('follows the capture, and %s leaves the terminal clean', async (_, end) => {
    const run = start(['-w', `drops${number}.pcapng`]);
    writeSync(writer, recording);
    await expect.poll(run.text, WAIT).toMatch(/read, .*; 98 captured \([\d.]+\/s\), most \w+ \(\d+ %\), /);
    writeSync(writer, drops);
    await expect.poll(run.text, WAIT).toMatch(/; 196 captured \([1-9][\d.]*\/s\), most /);
    // No drop comes, but the rate goes down.
    await expect.poll(run.text, WAIT).toContain('; 196 captured (0/s), ');
    const size = `${(statSync(join(folder, `drops${number}.pcapng`)).size / 1000).toFixed(1)} kB`;
    expect(run.text()).toContain(`(0/s), losses not known, drops${number}.pcapng ${size}`);
    end(run);
    await run.ended;
    expect(run.text()).toMatch(/196 drops captured\r\n(.+\r\n)+$/);
    expect(screen(run.text()).filter((line) => line.includes('196 captured'))).toEqual([]);
  });

  test('is gone when a reader that stands still forces the end', async () => {
    const output = join(folder, `out${number}`);
    execFileSync('mkfifo', [output]);
    const reader = openSync(output, constants.O_RDWR);
    const run = start(['-w', output]);
    const long = join(folder, 'long.pcap');
    writeFileSync(long, Buffer.concat([recording, ...Array<Buffer>(30).fill(drops)]));
    // Another process: nobody reads the rest of the file, so the write does not end.
    children.push(spawn('sh', ['-c', 'exec cat "$0" > "$1"', long, input]));
    await expect.poll(run.text, WAIT).toContain(' captured (0/s), ');
    run.signal('SIGTERM');
    await run.ended;
    closeSync(reader);
    expect(screen(run.text()).slice(-2)).toEqual([expect.stringContaining('takes no more bytes'), '']);
  });

  test('does not keep the capture waiting for a terminal that is stopped', async () => {
    const name = `stopped${number}.pcapng`;
    const run = start(['-w', name]);
    writeSync(writer, recording);
    await expect.poll(run.text, WAIT).toContain('98 captured');
    run.type(CTRL_S);
    for (let i = 2; i <= 8; i++) {
      const { size } = statSync(join(folder, name));
      writeSync(writer, drops);
      await expect.poll(() => statSync(join(folder, name)).size, WAIT).toBeGreaterThan(size);
      // Longer than the time between two lines.
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    const written = () => dropcap('--count', '-r', join(folder, name)).stdout;
    await expect.poll(written, WAIT).toBe(`${8 * 98} drops\n`);
    expect(run.text()).not.toContain(' 784 captured');
    run.type(CTRL_Q);
    writeSync(writer, drops);
    await expect.poll(run.text, WAIT).toContain(' 882 captured');
    run.type(CTRL_C);
    await run.ended;
    expect(run.text()).toContain('882 drops captured\r\n882 drops written');
  });

  test('is left out on a terminal that cannot clear it', async () => {
    const run = start(['-w', `dumb${number}.pcapng`], { TERM: 'dumb' });
    writeSync(writer, recording);
    await expect.poll(run.text, WAIT).toContain('reading from');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    run.signal('SIGINT');
    await run.ended;
    expect(run.text()).toContain('98 drops captured');
    expect(run.text()).not.toContain('\u001b');
    expect(run.text()).not.toContain('98 captured');
  });

  test('gives way to the lines of --status-interval', async () => {
    const run = start(['-w', `lines${number}.pcapng`, '--status-interval', '1']);
    writeSync(writer, recording);
    await expect.poll(run.text, WAIT).toMatch(/^dropcap: 20\S+Z .*; 98 captured .*\r\n/m);
    run.signal('SIGINT');
    await run.ended;
    expect(run.text()).not.toContain('\u001b');
  });
});
