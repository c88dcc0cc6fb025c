import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { buildSync } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../../support/tools.js';

const O_NONBLOCK = 0o4000;
const LINES = 2000;
const folder = temporaryFolder();
const program = join(folder, 'program.cjs');

/** A program that starts the command of its arguments, and writes to standard error during the command and after it. */
const SOURCE = `
import { startCommand } from './src/cli/testedCommand.js';
import { say } from './src/cli/terminal.js';
const { ended } = startCommand(process.argv.slice(2));
setTimeout(() => say('during'), 100);
void ended.then(() => {
  for (let i = 0; i < ${LINES}; i++) say('after'.repeat(20));
  process.exit(0);
});`;

beforeAll(() => {
  const resolveDir = new URL('../../..', import.meta.url).pathname;
  buildSync({
    stdin: { contents: SOURCE, resolveDir },
    bundle: true,
    platform: 'node',
    outfile: program,
    logLevel: 'error',
  });
});

test('standard error stays a blocking pipe of the command, and loses no text at the end', async () => {
  const command = ['sh', '-c', 'sleep 0.4; cat /proc/self/fdinfo/2'];
  const child = spawn(process.execPath, [program, ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = text(child.stdout);
  // A reader that is late: until then, the pipe takes 64 KiB or more.
  await delay(1500);
  const errors = await text(child.stderr);
  if (child.exitCode === null) await once(child, 'exit');
  const flags = Number.parseInt(/^flags:\s*(\d+)/m.exec(await output)![1]!, 8);
  expect(flags & O_NONBLOCK).toBe(0);
  expect(errors.match(/(after){20}\n/g)).toHaveLength(LINES);
});
