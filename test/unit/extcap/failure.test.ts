import { execFileSync, spawn } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../../bin/dropmon.js', import.meta.url));
let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'dropcap-extcap-'))));
afterAll(() => rmSync(folder, { recursive: true }));

test('a capture that fails reports why, although Wireshark ends it as soon as the FIFO is closed', async () => {
  const fifo = join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const preload = join(folder, 'noAddon.cjs');
  writeFileSync(preload, 'process.dlopen = () => { throw new Error("no addon in this test"); };');
  const call = ['--capture', '--extcap-interface', 'dropmon', '--fifo', fifo];
  const child = spawn(process.execPath, ['--require', preload, PROGRAM, ...call], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const errors = text(child.stderr);
  const ended = new Promise((resolve) => child.on('exit', (...how) => resolve(how)));
  createReadStream(fifo)
    .on('end', () => child.kill('SIGTERM'))
    .resume();
  expect(await ended).toEqual([1, null]);
  expect(await errors).toMatch(/^dropcap: .*no addon in this test.*\n$/s);
});
