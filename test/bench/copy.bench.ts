import { bench, describe } from 'vitest';
import { copyBytes } from '../../src/bytes.js';
import { OutputBuffer } from '../../src/encode/outputBuffer.js';

/** Copies a thousand packets of one length, one behind the other. */
describe.each([32, 64, 128, 200, 1500])('packets of %i bytes', (length) => {
  const source = new Uint8Array(1000 * length);
  const words = new Int32Array(source.buffer);
  const output = new OutputBuffer();
  output.reserve(source.length);
  const each = (copy: (at: number) => void) => () => {
    for (let i = 0; i < 1000; i++) copy(i * length);
  };
  bench(
    'put',
    each((at) => output.put(source, words, at, length, at)),
  );
  bench(
    'copyBytes',
    each((at) => copyBytes(source, at, length, output.bytes, at)),
  );
});
