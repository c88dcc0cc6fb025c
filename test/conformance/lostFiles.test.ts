import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { PROGRAM, recordingPath, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const recording = readFileSync(recordingPath('nlmon'));
const PCAP_HEADER_BYTES = 24;
/** More than the file has before its first drop. */
const HEADER_BYTES = 1000;
/** Two looks at an idle file are 5 s apart. */
const NOTICED_MS = 20_000;
const children: ChildProcess[] = [];
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

/** Starts dropcap, which writes the drops that come through a pipe. Waits until it wrote the first drops. */
async function start(path: string) {
  const child = spawn(process.execPath, [PROGRAM, '-r', '-', '-w', path], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  children.push(child);
  child.stdin.on('error', () => {}); // dropcap ended before it read all.
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (more: string) => (text += more));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  child.stdin.write(recording);
  const size = () => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  await expect.poll(size, { timeout: 30_000 }).toBeGreaterThan(HEADER_BYTES);
  return { more: () => child.stdin.write(recording.subarray(PCAP_HEADER_BYTES)), ended, stderr: () => text };
}

/** What other programs do to a file while dropcap writes it, and the text of dropcap's error. */
const LOSSES = {
  'is deleted': [(path: string) => rmSync(path), /it was deleted, so the \d+ bytes written are lost \(/],
  'is in a folder that is removed': [
    (path: string) => rmSync(join(path, '..'), { recursive: true }),
    /it was deleted, so the \d+ bytes written are lost \(/,
  ],
  'is emptied': [
    (path: string) => truncateSync(path),
    /another program changed it: it has 0 bytes, but \d+ were/,
  ],
  'gets bytes of another program': [
    (path: string) => writeFileSync(path, 'x', { flag: 'a' }),
    /another program changed it: it has \d+ bytes, but \d+ were written \(choose another name\)/,
  ],
} as const;

describe.each(Object.entries(LOSSES))('a file that %s while dropcap writes it', (name, [lose, text]) => {
  test.each(['with the next drop', 'without another drop'])(
    'ends dropcap with the reason, %s',
    async (when) => {
      const place = join(folder, `${name}, ${when}`);
      mkdirSync(place);
      const path = join(place, 'drops.pcapng');
      const { more, ended, stderr } = await start(path);
      lose(path);
      const before = performance.now();
      if (when === 'with the next drop') more();
      expect(await ended).toBe(1);
      expect(performance.now() - before).toBeLessThan(NOTICED_MS);
      expect(stderr()).toMatch(text);
      expect(stderr()).toContain(`cannot write ${path}: `);
      expect(stderr()).toContain('98 drops written');
    },
    60_000,
  );
});
