import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describeFileError, InputError, shownPath } from '../errors.js';
import { parseKallsyms, type ParsedSymbols } from './kallsyms.js';

/** The running kernel's symbols. Users without privilege read zeros in place of the addresses. */
const PROC_KALLSYMS = '/proc/kallsyms';
/**
 * Largest symbol list that is read, several times that of large kernels. Without this limit, a small hostile gzip file
 * could fill the memory.
 */
const MAX_TEXT_BYTES = 1 << 26;
/** Initial size of the read buffer: enough for the symbols of a usual kernel. */
const INITIAL_BYTES = 1 << 24;
const TOO_LONG = `more than ${MAX_TEXT_BYTES} bytes`;
const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * Reads a symbol list in the form of /proc/kallsyms, gzipped or not.
 * @throws InputError when the file cannot be read, or holds no symbols.
 */
export async function loadSymbols(path: string): Promise<ParsedSymbols> {
  let parsed: ParsedSymbols;
  try {
    let text: Uint8Array;
    const file = await open(path);
    try {
      text = await readFromStart(file);
    } finally {
      await file.close();
    }
    const gzipped = GZIP_MAGIC.every((byte, i) => text[i] === byte);
    if (gzipped) {
      const { gunzip } = await import('node:zlib'); // Loading zlib takes milliseconds, and is seldom needed.
      text = await promisify(gunzip)(text, { maxOutputLength: MAX_TEXT_BYTES });
    }
    parsed = parseKallsyms(text);
  } catch (error) {
    const tooLong = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    const text = tooLong ? TOO_LONG : describeFileError(error);
    throw new InputError(`cannot read symbols from ${shownPath(path)}: ${text}`, path, { cause: error });
  }
  return checked(parsed, path);
}

/**
 * Opens the running kernel's symbols. The kernel shows their addresses only if this process had the privilege when it
 * opened them.
 * @returns a function that reads the symbols, and may be called at any time.
 */
export async function openKernelSymbols(): Promise<() => Promise<ParsedSymbols>> {
  const file = await open(PROC_KALLSYMS);
  return async () => checked(parseKallsyms(await readFromStart(file)), PROC_KALLSYMS);
}

/** Reads a whole file, up to MAX_TEXT_BYTES. A read of /proc/kallsyms returns about a page. */
async function readFromStart(file: FileHandle): Promise<Uint8Array> {
  let bytes = new Uint8Array(INITIAL_BYTES);
  for (let at = 0; at < MAX_TEXT_BYTES;) {
    if (at === bytes.length) {
      const larger = new Uint8Array(2 * at);
      larger.set(bytes);
      bytes = larger;
    }
    const { bytesRead } = await file.read(bytes, at, bytes.length - at, at);
    if (bytesRead === 0) return bytes.subarray(0, at);
    at += bytesRead;
  }
  throw new Error(TOO_LONG);
}

function checked(parsed: ParsedSymbols, path: string): ParsedSymbols {
  if (parsed.table.size > 0) return parsed;
  throw new InputError(`${path} holds no symbols (it should be a copy of /proc/kallsyms)`, path);
}
