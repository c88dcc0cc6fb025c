import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { InputError, messageOf } from '../errors.js';
import { parseKallsyms, type ParsedSymbols } from './kallsyms.js';

/** Where the running kernel tells its symbols: to root, and to others with their addresses zeroed. */
export const PROC_KALLSYMS = '/proc/kallsyms';
/** No kernel has so many symbols: what a hostile file unpacks to is not held in memory. */
const MAX_TEXT_BYTES = 1 << 28;
const GZIP_MAGIC = [0x1f, 0x8b];

const gunzipAsync = promisify(gunzip);

/** Reads a symbol list in the form of /proc/kallsyms, gzipped or not. @throws InputError when there is none in it */
export async function loadSymbols(path: string): Promise<ParsedSymbols> {
  let text: Uint8Array;
  try {
    text = await readFile(path);
    const gzipped = GZIP_MAGIC.every((byte, i) => text[i] === byte);
    if (gzipped) text = await gunzipAsync(text, { maxOutputLength: MAX_TEXT_BYTES });
  } catch (error) {
    throw new InputError(`cannot read symbols from ${path}: ${messageOf(error)}`, path, { cause: error });
  }
  const parsed = parseKallsyms(text);
  if (parsed.table.size > 0) return parsed;
  throw new InputError(`${path} holds no symbols (it should be a copy of /proc/kallsyms)`, path);
}
