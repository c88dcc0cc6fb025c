import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

async function started(env?: Readonly<Record<string, string>>): Promise<TmuxTerminal> {
  const terminal = new TmuxTerminal(driver, env);
  await terminal.start();
  return terminal;
}

describe.skipIf(lacksTools('tmux', 'bash', 'mkfifo'))('on a terminal, the screen', () => {
  test('shows the lines and no cursor', async () => {
    const terminal = await started();
    terminal.send({ draw: plain('one', '', 'three') });
    await terminal.shows('one', '', 'three');
    terminal.send({ draw: plain('one', 'two') });
    await terminal.shows('one', 'two');
    expect(terminal.facts()).toMatchObject({ alternate: true, cursorShown: false });
  });

  test('never scrolls: cuts what has no place', async () => {
    const terminal = await started();
    const lines = Array.from({ length: 30 }, (_, row) => `${row} `.padEnd(100, '.'));
    terminal.send({ draw: plain(...lines) });
    await terminal.shows(...lines.slice(0, 24).map((line) => line.slice(0, 80)));
    terminal.send({ draw: plain(...lines.slice(0, 23), 'last') });
    await terminal.shows(...lines.slice(0, 23).map((line) => line.slice(0, 80)), 'last');
  });

  test('shows the cursor at a place, and hides it', async () => {
    const terminal = await started();
    await terminal.ask({ draw: plain('/tcp'), cursor: { column: 4, row: 0 } });
    await expect.poll(() => terminal.facts(), WAIT).toMatchObject({ cursorShown: true, cursor: '4,0' });
    await terminal.ask({ draw: plain('/tcp') });
    await expect.poll(() => terminal.facts(), WAIT).toMatchObject({ cursorShown: false });
  });

  test.each([
    ['has colours', {}, '\u001b[1m\u001b[31mb'],
    ['has no colours with NO_COLOR', { NO_COLOR: '1' }, '\u001b[1mb'],
    ['has no colours on a VT100', { TERM: 'vt100' }, '\u001b[1mb'],
  ])('%s', async (_, env, row) => {
    const terminal = await started(env);
    terminal.send({ draw: [[{ text: 'b', style: 'bad' }]] });
    await terminal.shows('b');
    expect(terminal.lines('-e')[0]!.replace('\u001b[0m', '')).toBe(row);
  });

  test('says what keys were pressed', async () => {
    const terminal = await started();
    terminal.press(
      'Up',
      'PPage',
      'Enter',
      'BSpace',
      'Tab',
      'a',
      'A',
      '/',
      'ä',
      'Space',
      'C-c',
      'M-x',
      'Escape',
    );
    await terminal.noted(
      'key',
      ['up', '', false],
      ['pageup', '', false],
      ['return', '', false],
      ['backspace', '', false],
      ['tab', '', false],
      ['a', 'a', false],
      ['a', 'A', false],
      ['/', '/', false],
      ['ä', 'ä', false],
      ['space', ' ', false],
      ['c', '', true],
      ['escape', '', false],
    );
  });

  test('is drawn again when the terminal has another size', async () => {
    const terminal = await started();
    await terminal.ask({ draw: plain('0123456789'.repeat(8), 'b') });
    terminal.resize(40, 12);
    await terminal.noted('resize', [{ columns: 40, rows: 12 }]);
    terminal.send({ draw: plain('0123456789'.repeat(8), 'b') });
    await terminal.shows('0123456789'.repeat(4), 'b');
  });

  test('is refused on a terminal that only knows lines', async () => {
    const terminal = new TmuxTerminal(driver, { TERM: 'dumb' });
    terminal.type(`${terminal.program} 2>&1 | grep -o 'TERM is dumb (use --once)'\n`);
    await terminal.showsAmong('TERM is dumb (use --once)');
  });

  test('takes the texts that would be written into it', async () => {
    const terminal = await started();
    await terminal.ask({ draw: plain('drawn') });
    await terminal.ask({ say: 'a notice\u001b' });
    await terminal.noted('say', ['a notice\\x1b']);
    await terminal.shows('drawn');
    await terminal.ask('close');
    terminal.send({ say: 'after the end' });
    await terminal.showsAmong('after the end');
    expect(terminal.events('say')).toHaveLength(1);
  });

  test('does not wait for a terminal that takes no bytes, and is up to date when it takes them again', async () => {
    const terminal = await started();
    const full = (row: string) => plain(...Array<string>(24).fill(row.repeat(80)));
    await terminal.ask({ draw: full('.') });
    const tmux = terminal.serverPid();
    process.kill(tmux, 'SIGSTOP');
    try {
      // 2 KB each: far more than the kernel keeps for a terminal.
      for (let i = 0; i < 50; i++) await terminal.ask({ draw: full(String(i % 10)) });
      await terminal.ask({ draw: plain('the newest') });
    } finally {
      process.kill(tmux, 'SIGCONT');
    }
    await terminal.shows('the newest');
  });

  test('says once that the terminal is gone', async () => {
    const terminal = new TmuxTerminal(driver);
    const status = join(folder, 'status-gone');
    await terminal.start(`(trap '' HUP; ${terminal.program}; echo $? > ${status})`);
    terminal.hangUp();
    await terminal.noted('gone', []);
    await terminal.ask({ draw: plain('nobody sees it') });
    await terminal.ask({ draw: plain('nor this') });
    await terminal.ask('close');
    terminal.send('exit');
    await expect.poll(() => existsSync(status) && readFileSync(status, 'latin1'), WAIT).toBe('0\n');
    expect(terminal.events('gone')).toHaveLength(1);
  });
});
