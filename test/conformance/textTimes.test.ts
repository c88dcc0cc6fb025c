import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { lacksTools, runTool } from '../support/tools.js';

const program = fileURLToPath(new URL('../../bin/dropcap.js', import.meta.url));
const recording = fileURLToPath(new URL('../../samples/recordings/linux-6.12/nlmon.pcap', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'dropcap-times-'));
afterAll(() => rmSync(folder, { recursive: true }));

function dropcap(...args: string[]): string {
  return spawnSync(process.execPath, [program, '-q', ...args], { encoding: 'utf8' }).stdout;
}

test.skipIf(lacksTools('tcpdump')).each([
  ['#', /^ *\d+ {2}[\d:.]+ /],
  ['tt', /^[\d.]+ /],
  ['ttt', /^[ -][\d:.]+ /],
  ['tttt', /^[\d-]+ [\d:.]+ /],
  ['ttttt', /^[ -][\d:.]+ /],
])("-%s prints tcpdump's times", (flags, time) => {
  const path = join(folder, `${flags}.pcap`);
  dropcap('-r', recording, '--format', 'pcap', '-y', 'LINUX_SLL2', '-w', path);
  const timesOf = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => time.exec(line)?.[0]);
  const { stdout } = runTool('tcpdump', `-n${flags}`, '-r', path);
  const judged = timesOf(stdout.replace(/\n\t.*/g, ''));
  expect(judged).toHaveLength(98);
  expect(judged).not.toContain(undefined);
  expect(timesOf(dropcap(`-${flags}`, '-r', recording))).toEqual(judged);
});
