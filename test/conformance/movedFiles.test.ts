import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPcapngFile } from '../support/pcapngReference.js';
import { PROGRAM, recordingPath, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const PCAP_HEADER_BYTES = 24;
/** Drops of the recording. */
const DROPS = 98;
const FILES = 4;

test('a ring counts as removed no file that -z moved away', async () => {
  const [place, archive] = [join(folder, 'ring'), join(folder, 'archive')];
  for (const name of [place, archive]) mkdirSync(name);
  const options = ['-b', `packets:${DROPS}`, '-b', 'files:2', '-z', `mv -t ${archive}`];
  const child = spawn(process.execPath, [PROGRAM, '-r', '-', '-w', join(place, 'x.pcapng'), ...options], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let report = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (report += text));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const recording = readFileSync(recordingPath('nlmon'));
  child.stdin.write(recording.subarray(0, PCAP_HEADER_BYTES));
  for (let file = 1; file <= FILES; file++) {
    child.stdin.write(recording.subarray(PCAP_HEADER_BYTES));
    // A file ends with its last drop or with the next one.
    await expect
      .poll(() => readdirSync(archive).length, { timeout: 20_000 })
      .toBeGreaterThanOrEqual(file - 1);
  }
  child.stdin.end();
  expect(await ended).toBe(0);
  const moved = readdirSync(archive).map((name) => join(archive, name));
  expect(moved.map((path) => readPcapngFile(path).packets.length)).toEqual(Array(FILES).fill(DROPS));
  expect(readdirSync(place)).toEqual([]);
  expect(report).toContain(
    `\n${FILES} files: ${FILES - 2} left alone (moved, changed, or there before), 2 kept\n`,
  );
});
