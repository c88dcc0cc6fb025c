// Copies a file as fast as Node can: 1 MiB at a time, reading the next part while one is written. This is dropcap's
// time without any work on the bytes.   node copy.js FROM TO
import { open } from 'node:fs/promises';

const BYTES = 1 << 20;
const [from = '', to = ''] = process.argv.slice(2);
const input = await open(from);
const output = await open(to, 'w');
const buffers = [0, 1, 2].map(() => new Uint8Array(BYTES));
/** @param {number} i */
const buffer = (i) => buffers[i % buffers.length] ?? new Uint8Array(BYTES);
let reading = input.read(buffer(0), 0, BYTES);
/** @type {Promise<unknown>} */
let writing = Promise.resolve();
for (let i = 0; ; i++) {
  const { bytesRead } = await reading;
  if (bytesRead === 0) break;
  reading = input.read(buffer(i + 1), 0, BYTES);
  await writing;
  writing = output.write(buffer(i), 0, bytesRead);
}
await writing;
await input.close();
await output.close();
