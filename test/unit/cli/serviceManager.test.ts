import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { loadBinding } from '../../../src/binding/load.js';
import { openServiceManager, ServiceManager } from '../../../src/cli/serviceManager.js';
import { openNotifySocket } from '../../support/notifySocket.js';

const recording = fileURLToPath(
  new URL('../../../samples/recordings/linux-6.12/nlmon.pcap', import.meta.url),
);
const program = fileURLToPath(new URL('../../../bin/dropcap', import.meta.url));

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dropcap-service-'))));
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** A service manager that receives texts in memory. It has no room while `error` is an error. */
function inMemory(env: NodeJS.ProcessEnv = { NOTIFY_SOCKET: '/run/notify' }) {
  vi.useFakeTimers();
  const memory = { texts: [] as string[], error: undefined as Error | undefined };
  const sendDatagram = (address: string, message: Uint8Array) => {
    if (memory.error) throw memory.error;
    memory.texts.push(`${address} ${Buffer.from(message).toString()}`);
  };
  const service = openServiceManager(env, () => ({ sendDatagram }));
  return { memory, service };
}

const failure = (errno: number) => Object.assign(new Error('sendto'), { errno });

describe.each([
  ['a path', () => join(folder, 'notify')],
  ['an abstract name', () => `@${folder}`],
])('a socket with %s', (_, addressOf) => {
  test('gets datagrams of the addon, from this process', async () => {
    const { received, close } = await openNotifySocket(addressOf());
    onTestFinished(close);
    loadBinding().sendDatagram(addressOf(), Buffer.from('READY=1\nSTATUS=é'));
    await expect.poll(() => received).toEqual([[process.pid, 'READY=1\nSTATUS=é']]);
  });

  test('hears when a run is ready and when it ends', async () => {
    const { received, close } = await openNotifySocket(addressOf());
    onTestFinished(close);
    const env = { ...process.env, NOTIFY_SOCKET: addressOf(), WATCHDOG_USEC: '100000' };
    const child = spawn(program, ['-q', '-r', '-', '-w', join(folder, 'drops.pcapng')], {
      env,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child.stdin.write(readFileSync(recording));
    await expect.poll(() => received.length, { timeout: 10_000 }).toBeGreaterThan(3);
    child.kill('SIGTERM');
    await once(child, 'close');
    const stopping = [child.pid, 'STOPPING=1'];
    await expect.poll(() => received).toContainEqual(stopping);
    const [ready, ...others] = received;
    expect(ready).toEqual([child.pid, 'READY=1\nSTATUS=reading from recording standard input']);
    // It still gives signs of life while it ends.
    const sign = [child.pid, 'WATCHDOG=1'];
    expect(others.filter((each) => each[1] !== 'WATCHDOG=1')).toEqual([stopping]);
    expect(others).toContainEqual(sign);
  });
});

test.each([
  ['nobody listens', 'no such file or folder', '/notify'],
  ['its path is too long', 'the name is too long (choose a shorter name)', `/${'n'.repeat(120)}`],
])('says once that it cannot report when %s', (_, text, name) => {
  const lines: unknown[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => lines.push(line) > 0);
  const service = new ServiceManager(folder + name, undefined, loadBinding);
  service.ready('capturing');
  service.close();
  const expected = `dropcap: cannot notify the service manager at ${folder}${name}: ${text}\n`;
  expect(lines).toEqual([expected]);
});

describe('the watchdog', () => {
  const signs = (env: NodeJS.ProcessEnv, ms: number) => {
    const { memory, service } = inMemory({ NOTIFY_SOCKET: '@s', ...env });
    vi.advanceTimersByTime(ms);
    const before = memory.texts.length;
    service!.ready('capturing');
    vi.advanceTimersByTime(ms);
    service!.close();
    vi.advanceTimersByTime(ms);
    expect(before).toBe(0);
    return memory.texts.filter((text) => text === '@s WATCHDOG=1').length;
  };

  test('gets two signs of life in its time, from the start of the capture to its end', () => {
    expect(signs({ WATCHDOG_USEC: '3000000', WATCHDOG_PID: String(process.pid) }, 30_000)).toBe(20);
    expect(signs({ WATCHDOG_USEC: '3000000' }, 30_000)).toBe(20);
  });

  test.each<[string, NodeJS.ProcessEnv]>([
    ['it is not set', {}],
    ['it is for another process', { WATCHDOG_USEC: '3000000', WATCHDOG_PID: '1' }],
    ['its time is no number', { WATCHDOG_USEC: '3s' }],
    ['its time is longer than a timer of Node', { WATCHDOG_USEC: '18446744073709551614' }],
  ])('gets no sign of life when %s', (_, env) => {
    expect(signs(env, 30_000)).toBe(0);
  });
});

describe('the status', () => {
  test('is sent at most every 5 seconds, as it is then, if it changed', () => {
    const { memory, service } = inMemory();
    for (let drops = 1; drops <= 100; drops++) {
      service!.update(() => `${drops} captured`);
      vi.advanceTimersByTime(100);
    }
    service!.update(() => '100 captured');
    vi.advanceTimersByTime(20_000);
    expect(memory.texts).toEqual(['/run/notify STATUS=50 captured', '/run/notify STATUS=100 captured']);
  });

  test('cannot set other variables', () => {
    const { memory, service } = inMemory();
    service!.ready('a\nMAINPID=1');
    expect(memory.texts).toEqual(['/run/notify READY=1\nSTATUS=a MAINPID=1']);
  });
});

test('a message for which there is no room is sent later, with the newest values', () => {
  const { memory, service } = inMemory();
  memory.error = failure(11); // EAGAIN
  service!.ready('starting');
  service!.update(() => '5 captured');
  vi.advanceTimersByTime(5000);
  expect(memory.texts).toEqual([]);
  memory.error = undefined;
  vi.advanceTimersByTime(200);
  vi.advanceTimersByTime(60_000);
  expect(memory.texts).toEqual(['/run/notify READY=1\nSTATUS=5 captured']);
});

test('is not there without NOTIFY_SOCKET, and for sockets of other families', () => {
  expect(openServiceManager({})).toBeUndefined();
  expect(openServiceManager({ NOTIFY_SOCKET: 'vsock:2:1234' })).toBeUndefined();
  expect(openServiceManager({ NOTIFY_SOCKET: '@' })).toBeUndefined();
});

test('removes its variables, which other programs must not inherit', () => {
  const env = { NOTIFY_SOCKET: '@s', WATCHDOG_PID: '1', WATCHDOG_USEC: '1', HOME: '/' };
  openServiceManager(env);
  expect(env).toEqual({ HOME: '/' });
});
