import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describeFileError, InputError, shownPath } from '../errors.js';
import { KallsymsParser, parseKallsyms, type ParsedSymbols } from './kallsyms.js';

/** The running kernel's symbols. Users without privilege read zeros in place of the addresses. */
const PROC_KALLSYMS = '/proc/kallsyms';
/**
 * Largest symbol list that is read, several times that of large kernels. Without this limit, a small hostile gzip file
 * could fill the memory.
 */
const MAX_TEXT_BYTES = 1 << 26;
/** Initial size of the read buffer. A read of /proc/kallsyms returns about a page. */
const INITIAL_BYTES = 1 << 16;
const TOO_LONG = `more than ${MAX_TEXT_BYTES} bytes`;
const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * Reads a symbol list in the form of /proc/kallsyms, gzipped or not.
 * @throws InputError when the file cannot be read, or holds no symbols.
 */
export async function loadSymbols(path: string): Promise<ParsedSymbols> {
  let parsed: ParsedSymbols;
  try {
    const file = await open(path);
    try {
      parsed = (await isGzipped(file)) ? await parseGzipped(file) : await parseFile(file);
    } finally {
      await file.close();
    }
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
  return async () => checked(await parseFile(file), PROC_KALLSYMS);
}

async function isGzipped(file: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await file.read(new Uint8Array(GZIP_MAGIC.length), 0, GZIP_MAGIC.length, 0);
  return bytesRead === GZIP_MAGIC.length && GZIP_MAGIC.every((byte, i) => buffer[i] === byte);
}

async function parseFile(file: FileHandle): Promise<ParsedSymbols> {
  const parser = new KallsymsParser();
  await readParts(file, (part, last) => parser.add(part, last));
  return parser.finish();
}

async function parseGzipped(file: FileHandle): Promise<ParsedSymbols> {
  const { gunzip } = await import('node:zlib'); // Loading zlib takes milliseconds, and is seldom needed.
  let gzipped = new Uint8Array(0);
  await readParts(file, (part) => {
    gzipped = part;
    return 0;
  });
  return parseKallsyms(await promisify(gunzip)(gzipped, { maxOutputLength: MAX_TEXT_BYTES }));
}

/**
 * Reads a file from its start, up to MAX_TEXT_BYTES.
 * @param take gets what was read and not taken yet; returns how many bytes it takes. `last`: the file ends there.
 */
async function readParts(
  file: FileHandle,
  take: (part: Uint8Array<ArrayBuffer>, last: boolean) => number,
): Promise<void> {
  let bytes = new Uint8Array(INITIAL_BYTES);
  let length = 0;
  for (let at = 0; at < MAX_TEXT_BYTES;) {
    if (length === bytes.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(bytes);
      bytes = larger;
    }
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, at);
    at += bytesRead;
    length += bytesRead;
    const taken = take(bytes.subarray(0, length), bytesRead === 0);
    if (bytesRead === 0) return;
    bytes.copyWithin(0, taken, length);
    length -= taken;
  }
  throw new Error(TOO_LONG);
}

function checked(parsed: ParsedSymbols, path: string): ParsedSymbols {
  if (parsed.table.size > 0) return parsed;
  throw new InputError(`${path} holds no symbols (it should be a copy of /proc/kallsyms)`, path);
}
