import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DROP, FAULTS, START } from '../support/damagedBlocks.js';
import { lacksTools, run, temporaryFolder } from '../support/tools.js';

const folder = temporaryFolder();

describe.skipIf(lacksTools('tshark'))('tshark', () => {
  // Wireshark 4.0 reads past some faults, such as statistics of an unknown interface and values of other lengths.
  const LENIENT =
    /short statistics|statistics of no|long statistics|long block|of \d bytes|section header with|short section/;
  test.each(FAULTS.filter(([name]) => !LENIENT.test(name)))('finds the same file damaged: %s', (_, bad) => {
    const path = join(folder, 'bad.pcapng');
    writeFileSync(path, Buffer.concat([START, DROP, bad, START, DROP]));
    expect(run('tshark', ['-r', path]).status).not.toBe(0);
  });
});
