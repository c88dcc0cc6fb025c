import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { recordingPath, runTool, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const ROUNDS = 1500;
/** V8's smallest object has 16 bytes: with one object for each drop, the result would be larger. */
const MOST_BYTES_A_DROP = 12;

describe('the hot path', () => {
  test('makes no object for each drop', () => {
    const sample = readFileSync(recordingPath('dwdump'));
    // The first record is nlctrl's reply with the family.
    const alertsAt = FILE_HEADER_BYTES + RECORD_HEADER_BYTES + sample.readUInt32LE(FILE_HEADER_BYTES + 8);
    const alerts = Array.from({ length: ROUNDS }, () => sample.subarray(alertsAt));
    const recording = join(folder, 'many.pcap');
    writeFileSync(recording, Buffer.concat([sample.subarray(0, alertsAt), ...alerts]));
    const { stdout } = runTool(
      process.execPath,
      '--expose-gc',
      '--min-semi-space-size=128',
      '--max-semi-space-size=128',
      file('../support/garbage.mjs'),
      file('../../dist/index.js'),
      recording,
    );
    expect(Number(stdout)).toBeGreaterThan(0);
    expect(Number(stdout)).toBeLessThan(MOST_BYTES_A_DROP);
  });
});
