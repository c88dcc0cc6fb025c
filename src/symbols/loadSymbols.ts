import { type FileHandle, open, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { InputError, messageOf } from '../errors.js';
import { parseKallsyms, type ParsedSymbols } from './kallsyms.js';

/** Where the running kernel tells its symbols: to root, and to others with their addresses zeroed. */
const PROC_KALLSYMS = '/proc/kallsyms';
/** No kernel has so many symbols: what a hostile file unpacks to is not held in memory. */
const MAX_TEXT_BYTES = 1 << 28;
/** The kernel gives a page or so a read, whatever is asked for. */
const READ_BYTES = 1 << 16;
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
  return parse(text, path);
}

/**
 * Opens the running kernel's symbols, to be read at any time. What they tell depends on the privileges at the time of
 * opening. @returns reads them
 */
export async function openKernelSymbols(): Promise<() => Promise<ParsedSymbols>> {
  const file = await open(PROC_KALLSYMS);
  return async () => parse(await readFromStart(file), PROC_KALLSYMS);
}

async function readFromStart(file: FileHandle): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < MAX_TEXT_BYTES;) {
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, at);
    if (bytesRead === 0) break;
    pieces.push(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
  return Buffer.concat(pieces);
}

function parse(text: Uint8Array, path: string): ParsedSymbols {
  const parsed = parseKallsyms(text);
  if (parsed.table.size > 0) return parsed;
  throw new InputError(`${path} holds no symbols (it should be a copy of /proc/kallsyms)`, path);
}
