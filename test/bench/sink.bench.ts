import { createWriteStream } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { once } from 'node:events';
import { bench, describe } from 'vitest';
import { openFileSink } from '../../src/outlet/fileSink.js';

/** The cost of writing without a disk: pieces as an encoder gives them, to a device that takes everything at once. */
const DEVICE = '/dev/null';
const PIECES = 100;

describe.each([4096, 262_144])(`${PIECES} pieces of %i bytes`, (bytes) => {
  const piece = new Uint8Array(bytes);

  bench('FileSink', async () => {
    const sink = await openFileSink(DEVICE);
    for (let i = 0; i < PIECES; i++) await sink.write(piece);
    await sink.close();
  });

  bench('createWriteStream', async () => {
    const stream = createWriteStream(DEVICE);
    for (let i = 0; i < PIECES; i++) if (!stream.write(piece)) await once(stream, 'drain');
    stream.end();
    await once(stream, 'close');
  });

  bench('appendFile', async () => {
    for (let i = 0; i < PIECES; i++) await appendFile(DEVICE, piece);
  });
});
