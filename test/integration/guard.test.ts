import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { guardPath, loadBinding } from '../../src/binding/load.js';

const binding = loadBinding();
const REPLY_BYTES = 272;
const [OPEN, CONFIGURE, START, KEEP, END, PING] = [1, 2, 3, 4, 5, 6];
const [EPERM, ENOENT, EINVAL, EPROTO] = [1, 2, 22, 71];
const STARTED_BY = 'dropcap-guard: must be started by dropcap\n';
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

const ends: number[] = [];
const children: ChildProcess[] = [];

afterEach(() => {
  for (const fd of ends.splice(0)) binding.closeDescriptor(fd);
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Ended {
  readonly status: number | null;
  readonly said: string;
}

/** Runs a program with a descriptor as its descriptor 3. */
function run(path: string, args: readonly string[], fd: number | Socket | 'ignore'): ChildProcess {
  const child = spawn(path, args, { stdio: ['ignore', 'ignore', 'pipe', fd], detached: true });
  children.push(child);
  return child;
}

async function endOf(child: ChildProcess): Promise<Ended> {
  let said = '';
  child.stderr!.on('data', (data: Buffer) => (said += data.toString()));
  const [status] = await once(child, 'close');
  return { status, said };
}

/** Starts a guard whose parent is this process. In a new network namespace no kernel has a drop monitor. */
function startGuard() {
  const [ours, theirs] = binding.openSocketPair();
  ends.push(ours, theirs);
  const namespace = process.getuid!() === 0 ? '-n' : '-rn';
  const child = run('unshare', [namespace, guardPath()], theirs);
  binding.closeDescriptor(theirs);
  const ended = endOf(child);
  const ask = (...words: number[]) => {
    const request = new Uint8Array(16);
    new Uint32Array(request.buffer).set(words);
    const { reply, fd } = binding.exchange(ours, request, REPLY_BYTES, 20_000);
    const [command, error, value, textLength] = new Uint32Array(reply.buffer, 0, 4);
    return { command, error, value, textLength, fd };
  };
  return { ours, child, ended, ask };
}

describe('dropcap-guard, started in a wrong way,', () => {
  test('takes no arguments', async () => {
    const [, theirs] = binding.openSocketPair();
    ends.push(theirs);
    expect(await endOf(run(guardPath(), ['--version'], theirs))).toEqual({
      status: 2,
      said: 'dropcap-guard: takes no arguments\n',
    });
  });

  test('refuses to run without a socket', async () => {
    expect(await endOf(run(guardPath(), [], 'ignore'))).toEqual({ status: 2, said: STARTED_BY });
    const closed = run('sh', ['-c', 'exec "$0" 3>&-', guardPath()], 'ignore');
    expect(await endOf(closed)).toEqual({ status: 2, said: STARTED_BY });
  });

  test('refuses a socket of another kind, and a file', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = createConnection((server.address() as AddressInfo).port);
    await once(socket, 'connect');
    const file = openSync('/dev/null', 'r+');
    expect(await endOf(run(guardPath(), [], socket))).toEqual({ status: 2, said: STARTED_BY });
    expect(await endOf(run(guardPath(), [], file))).toEqual({ status: 2, said: STARTED_BY });
    closeSync(file);
    socket.destroy();
    server.close();
  });

  test('refuses a peer that is not its parent', async () => {
    const [, theirs] = binding.openSocketPair();
    ends.push(theirs);
    const grandchild = run('sh', ['-c', '"$0"; exit $?', guardPath()], theirs);
    expect(await endOf(grandchild)).toEqual({ status: 2, said: STARTED_BY });
  });
});

describe('dropcap-guard', () => {
  test('answers ENOENT when there is no drop monitor, sends no descriptor, and continues', async () => {
    const { ask, ended } = startGuard();
    const none = { command: OPEN, error: ENOENT, value: 0, textLength: 0, fd: -1 };
    expect([ask(OPEN, 1 << 20), ask(OPEN, 0)]).toEqual([none, none]);
    expect(ask(END)).toMatchObject({ command: END, error: 0 });
    expect(await ended).toEqual({ status: 0, said: '' });
  });

  test.each([
    ['a receive buffer above 256 MiB', [OPEN, 2 ** 28 + 1], EINVAL],
    ['settings before OPEN', [CONFIGURE, 0, 1000], EPROTO],
    ['a start before OPEN', [START, 0], EPROTO],
    ['keeping before OPEN', [KEEP, 1, 0, 1000], EPROTO],
    ['command 0', [0], EINVAL],
    ['command 7', [7], EINVAL],
    ["a notice's command", [0x101], EINVAL],
    ['the largest command', [2 ** 32 - 1], EINVAL],
  ])('refuses %s', (_, words, error) => {
    expect(startGuard().ask(...words)).toEqual({ command: words[0], error, value: 0, textLength: 0, fd: -1 });
  });

  test('answers a ping, also before OPEN', () => {
    const { ask } = startGuard();
    expect(ask(PING)).toEqual({ command: PING, error: 0, value: 0, textLength: 0, fd: -1 });
  });

  test('answers after SIGSTOP and SIGCONT', () => {
    const { child, ask } = startGuard();
    ask(PING);
    child.kill('SIGSTOP');
    child.kill('SIGCONT');
    expect(ask(PING)).toMatchObject({ error: 0 });
  });

  test('accepts a request in pieces', async () => {
    const { ours, ask, ended } = startGuard();
    writeSync(ours, Uint8Array.of(7, 0, 0));
    await new Promise((resolve) => setTimeout(resolve, 50));
    // The rest of command 7. END then gets the reply to command 7.
    writeSync(ours, new Uint8Array(13));
    expect(() => ask(END)).toThrow(expect.objectContaining({ code: 'EPROTO' }));
    expect((await ended).status).toBe(0);
  });

  test.each([
    ['closes its end', (fd: number) => binding.closeDescriptor(fd)],
    [
      'closes its end amid a request',
      (fd: number) => {
        writeSync(fd, Uint8Array.of(1, 0, 0));
        binding.closeDescriptor(fd);
      },
    ],
  ])('ends when its parent %s', async (_, end) => {
    const { ours, ended, ask } = startGuard();
    ask(0);
    end(ours);
    expect(await ended).toEqual({ status: 0, said: '' });
  });

  test('ends when its parent is killed', async () => {
    const parent = spawn(process.execPath, [fixture('guardParent.mjs'), guardPath()], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(parent);
    const [pid] = await once(parent.stdout, 'data');
    const guard = `/proc/${String(pid).trim()}`;
    expect(existsSync(guard)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isRunning(guard)).toBe(false), { timeout: 5000 });
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const)(
    'ends after %s, but still answers for a moment',
    async (name) => {
      const { child, ask, ended } = startGuard();
      ask(0);
      child.kill(name);
      expect(ask(0)).toMatchObject({ error: EINVAL });
      expect(await ended).toEqual({ status: 0, said: '' });
    },
  );

  test('is not disturbed by other signals', () => {
    const { child, ask } = startGuard();
    ask(0);
    for (const name of ['SIGUSR1', 'SIGPIPE', 'SIGALRM', 'SIGSEGV', 'SIGTSTP', 'SIGCHLD'] as const) {
      child.kill(name);
    }
    expect(ask(0)).toMatchObject({ error: EINVAL });
  });

  test('gives up privileges that it does not need', () => {
    const { child, ask } = startGuard();
    ask(0);
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    const capabilities = (set: string) => BigInt(`0x${new RegExp(`^${set}:\t(.*)$`, 'm').exec(status)![1]}`);
    // CAP_NET_ADMIN is 12, CAP_SYS_ADMIN 21.
    const needed = (1n << 12n) | (1n << 21n);
    for (const set of ['CapPrm', 'CapEff']) expect(capabilities(set) & ~needed).toBe(0n);
    for (const set of ['CapInh', 'CapAmb']) expect(capabilities(set)).toBe(0n);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(status).toMatch(/^Umask:\t0077$/m);
    expect(readFileSync(`/proc/${child.pid}/limits`, 'utf8')).toMatch(/^Max core file size +0 +0 /m);
    // The session id is the sixth word. The second word, the name in parentheses, has no blank.
    expect(readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(' ')[5]).toBe(`${child.pid}`);
  });
});

test("the filter of the guard's system calls refuses every other call with EPERM", () => {
  const folder = mkdtempSync(join(tmpdir(), 'dropcap-filter-'));
  try {
    const program = join(folder, 'filter');
    const sources = ['test/native/syscall_filter.cc', 'native/guard/syscall_filter.cc'];
    // Not with the libraries that sanitize.sh preloads.
    const env = { PATH: process.env['PATH'] };
    execFileSync('g++', ['-std=c++20', '-o', program, ...sources], { cwd: fixture('../../..'), env });
    expect(execFileSync(program, { encoding: 'utf8', env }).trimEnd().split('\n')).toEqual([
      'netlink 0',
      ...['internet', 'open', 'write', 'fork', 'execve', 'prctl'].map((call) => `${call} ${EPERM}`),
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Whether a process runs. False for a zombie. */
function isRunning(process: string): boolean {
  try {
    return !/^State:\t[ZX]/m.test(readFileSync(`${process}/status`, 'utf8'));
  } catch {
    return false;
  }
}
