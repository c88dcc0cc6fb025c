import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Line } from '../../../../src/top/line.js';
import { bundleDriver, endTmux, TmuxTerminal, WAIT } from '../../../support/onTmux.js';
import { lacksTools, temporaryFolder } from '../../../support/tools.js';

const folder = temporaryFolder();
let driver: string;
const plain = (...lines: string[]): Line[] => lines.map((text) => [{ text }]);

beforeAll(() => {
  driver = bundleDriver(folder);
});
afterAll(() => endTmux(driver));

/** Lines of sh that wait until the terminal has the settings $a, and say it. */
const WAIT_FOR_SETTINGS = [
  'until [ "$(stty -a)" = "$a" ]; do sleep 0.1; done',
  'echo "settings are as before"',
];

/** Starts the program in a script that then waits until the terminal has the settings that it had before. */
async function startedInScript(): Promise<TmuxTerminal> {
  const terminal = new TmuxTerminal(driver);
  terminal.runScript([
    'echo "text before"',
    'a=$(stty -a)',
    terminal.program,
    's=$?',
    ...WAIT_FOR_SETTINGS,
    'echo "status $s"',
  ]);
  await terminal.opened();
  await terminal.ask({ draw: plain('drawn'), cursor: { column: 2, row: 0 } });
  await terminal.shows('drawn');
  return terminal;
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
  return text.split(' ').filter(Boolean).map(Number);
}

/** Whether a process has not ended. */
function runs(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}

async function ended(...pids: number[]): Promise<void> {
  await expect.poll(() => pids.filter(runs), WAIT).toEqual([]);
}

describe.skipIf(lacksTools('tmux', 'bash', 'mkfifo', 'stty'))('the terminal is as it was', () => {
  test.each<[string, number, (terminal: TmuxTerminal) => void]>([
    ['process.exit()', 0, (terminal) => terminal.send('exit')],
    ['an exception', 1, (terminal) => terminal.send('throw')],
    ['SIGTERM, which the program handles', 143, ({ pid }) => process.kill(pid, 'SIGTERM')],
    ['SIGKILL', 137, ({ pid }) => process.kill(pid, 'SIGKILL')],
    ['SIGSEGV', 139, ({ pid }) => process.kill(pid, 'SIGSEGV')],
  ])('after %s', async (_, status, end) => {
    const terminal = await startedInScript();
    const watchers = childrenOf(terminal.pid);
    expect(watchers).toHaveLength(1);
    end(terminal);
    await terminal.showsAmong('text before', `status ${status}`, 'settings are as before');
    await terminal.is('given back');
    await ended(...watchers);
  });

  test('after an exception, and its stack is on the screen', async () => {
    const terminal = await startedInScript();
    terminal.send('throw');
    await terminal.showsAmong('Error: an error of the program', 'settings are as before');
  });

  test('after SIGKILL to the whole process group', async () => {
    const terminal = new TmuxTerminal(driver);
    await terminal.start();
    const watchers = childrenOf(terminal.pid);
    process.kill(-terminal.pid, 'SIGKILL');
    await terminal.is('given back');
    await ended(...watchers);
  });

  test('after SIGKILL, although a program that dropcap started still runs', async () => {
    const terminal = await startedInScript();
    const [watcher = 0] = childrenOf(terminal.pid);
    await terminal.ask('child');
    const child = childrenOf(terminal.pid).find((pid) => pid !== watcher)!;
    try {
      process.kill(terminal.pid, 'SIGKILL');
      await terminal.is('given back');
      await ended(watcher);
      expect(runs(child)).toBe(true);
    } finally {
      process.kill(child, 'SIGKILL');
    }
  });

  test.each<[string, (terminal: TmuxTerminal) => void]>([
    ['process.exit()', (terminal) => terminal.send('exit')],
    ['an exception', (terminal) => terminal.send('throw')],
    ['SIGTERM', ({ pid }) => process.kill(pid, 'SIGTERM')],
  ])('after %s without the watcher, for which stty is missing', async (_, end) => {
    const terminal = new TmuxTerminal(driver);
    await terminal.start(`PATH=/nowhere ${terminal.program}`);
    expect(childrenOf(terminal.pid)).toEqual([]);
    end(terminal);
    await terminal.is('given back');
  });

  test('while the program goes on after close(), and then is killed', async () => {
    const terminal = await startedInScript();
    const watchers = childrenOf(terminal.pid);
    await terminal.ask('close');
    await terminal.is('given back');
    await ended(...watchers);
    expect(childrenOf(terminal.pid)).toEqual([]);
    process.kill(terminal.pid, 'SIGKILL');
    await terminal.showsAmong('text before', 'status 137', 'settings are as before');
  });
});

describe.skipIf(lacksTools('tmux', 'bash', 'mkfifo', 'stty'))('job control', () => {
  test.each<[string, (terminal: TmuxTerminal) => void]>([
    ['suspend()', (terminal) => terminal.send('suspend')],
    ['SIGTSTP', ({ pid }) => process.kill(pid, 'SIGTSTP')],
  ])('%s gives the terminal back, with its settings', async (_, stop) => {
    const terminal = new TmuxTerminal(driver);
    // Only this shell continues a script after a job stopped, and leaves the settings of the terminal alone.
    terminal.runScript(['set -m', 'a=$(stty -a)', terminal.program, ...WAIT_FOR_SETTINGS, 'read go', 'fg']);
    await terminal.opened();
    const watchers = childrenOf(terminal.pid);
    await terminal.ask({ draw: plain('drawn') });
    stop(terminal);
    await terminal.showsAmong('settings are as before');
    expect(terminal.facts()).toMatchObject({ alternate: false, cursorShown: true });
    await ended(...watchers);
    terminal.press('Enter');
    await terminal.shows('drawn');
    await terminal.is('taken');
    // Raw mode: the key arrives without Enter.
    terminal.press('a');
    await terminal.noted('key', ['a', 'a', false]);
  });

  test('stops the other programs of the pipeline, too, and fg continues all', async () => {
    const terminal = new TmuxTerminal(driver);
    await terminal.start(`sleep 1000 | ${terminal.program}`);
    await terminal.ask({ draw: plain('drawn') });
    terminal.send('suspend');
    await terminal.showsStopped();
    expect(terminal.facts().alternate).toBe(false);
    terminal.type('fg\n');
    await terminal.is('taken');
    await terminal.shows('drawn');
  });

  test('in the background, nothing is drawn until fg', async () => {
    const terminal = new TmuxTerminal(driver);
    await terminal.start();
    terminal.send('suspend');
    await terminal.showsStopped();
    terminal.type('bg\n');
    await terminal.noted('did', ['suspend']);
    await terminal.ask({ draw: plain('in the background') });
    await terminal.ask({ say: 'a notice' });
    expect(terminal.facts().alternate).toBe(false);
    expect(terminal.lines()).not.toContain('in the background');
    terminal.type('fg\n');
    await expect
      .poll(async () => {
        await terminal.ask({ draw: plain('in the foreground') });
        return terminal.lines();
      }, WAIT)
      .toEqual(['in the foreground']);
    terminal.press('a');
    await terminal.noted('key', ['a', 'a', false]);
  });

  test('fg after SIGSTOP, which no program is told, draws again', async () => {
    const terminal = new TmuxTerminal(driver);
    await terminal.start();
    await terminal.ask({ draw: plain('drawn') });
    process.kill(terminal.pid, 'SIGSTOP');
    await terminal.showsStopped();
    terminal.type('fg\n');
    await terminal.shows('drawn');
    terminal.press('a');
    await terminal.noted('key', ['a', 'a', false]);
    terminal.send('exit');
    await terminal.is('given back');
  });

  test('a program that no shell controls is not stopped by suspend()', async () => {
    const terminal = new TmuxTerminal(driver);
    await terminal.start(`exec ${terminal.program}`);
    await terminal.ask({ draw: plain('drawn') });
    await terminal.ask('suspend');
    await terminal.shows('drawn');
    await terminal.is('taken');
  });
});
