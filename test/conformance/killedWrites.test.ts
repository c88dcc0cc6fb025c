import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { KILL_SEED, killAt, seededNumbers } from '../support/killing.js';
import { temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
/** So long that the kill comes while the write is under way. */
const WRITE_BYTES = 8 << 20;
const HEADER_BYTES = 52;
const WRITES = 4;

const library = new URL('../../dist/index.js', import.meta.url).href;
const SCRIPT = `
  const { openFileSink } = await import(${JSON.stringify(library)});
  const [path, synchronous] = process.argv.slice(1);
  const sink = await openFileSink(path, { synchronous: synchronous === 'true' });
  await sink.write(Buffer.alloc(${HEADER_BYTES}, 'h'));
  for (let i = 0; i < ${WRITES}; i++) await sink.write(Buffer.alloc(${WRITE_BYTES}, i));
  await new Promise(() => setInterval(() => {}, 1000));`;

describe.each([true, false])('a file after SIGKILL during a write (synchronous: %s)', (synchronous) => {
  const moments = seededNumbers(4, (WRITES - 1) * WRITE_BYTES);
  test.each(moments)(`ends at the write before: kill at %i bytes (KILL_SEED=${KILL_SEED})`, async (bytes) => {
    const path = join(folder, `${synchronous}-${bytes}`);
    const args = ['--input-type=module', '-e', SCRIPT, path, String(synchronous)];
    await killAt(bytes + HEADER_BYTES + 1, path, process.execPath, args);
    const written = readFileSync(path);
    expect((written.length - HEADER_BYTES) % WRITE_BYTES).toBe(0);
    expect(written.subarray(0, HEADER_BYTES)).toEqual(Buffer.alloc(HEADER_BYTES, 'h'));
    for (let i = 0, at = HEADER_BYTES; at < written.length; i++, at += WRITE_BYTES) {
      expect(written.subarray(at, at + WRITE_BYTES).equals(Buffer.alloc(WRITE_BYTES, i))).toBe(true);
    }
  });
});
