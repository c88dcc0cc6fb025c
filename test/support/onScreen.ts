/**
 * A program for the tests of src/cli/screen. Obeys the lines of its standard input, each a command in JSON, and writes a line
 * of JSON about all that happens to the file of its argument.
 */
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Line } from '../../src/top/line.js';
import { openScreen, type Place } from '../../src/cli/screen/screen.js';
import { die } from '../../src/cli/signals.js';
import { say } from '../../src/cli/terminal.js';

/** What the program can be asked for. */
export type Command =
  | { readonly draw: readonly Line[]; readonly cursor?: Place }
  | { readonly say: string }
  | 'child'
  | 'close'
  | 'exit'
  | 'size'
  | 'suspend'
  | 'throw';

const [, , log = ''] = process.argv;
const note = (...event: unknown[]) => appendFileSync(log, `${JSON.stringify(event)}\n`);

const screen = openScreen();
note('pid', process.pid);
screen.onKey((key) => note('key', key.name, key.text, key.ctrl));
screen.onResize(() => note('resize', screen.size));
screen.onGone(() => note('gone'));
screen.onSay((text) => note('say', text));
process.on('SIGTERM', () => die('SIGTERM'));
// A terminal that hangs up also sends this signal, more than once.
process.on('SIGHUP', () => {});
for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line) as Command;
  obey(command);
  note('did', command);
}

function obey(command: Command): void {
  if (typeof command === 'object') {
    if ('draw' in command) screen.draw(command.draw, command.cursor);
    else say(command.say);
    return;
  }
  const actions = {
    child: () => spawn('sleep', ['1000'], { stdio: 'inherit' }).unref(),
    close: () => screen.close(),
    exit: () => process.exit(0),
    size: () => note('size', screen.size),
    suspend: () => screen.suspend(),
    throw: () => {
      throw new Error('an error of the program');
    },
  };
  actions[command]();
}
