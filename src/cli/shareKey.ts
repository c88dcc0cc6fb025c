import { randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { describeFileError, InputError } from '../errors.js';
import { KEY_BYTES } from '../share/cryptoPan.js';

/** A file with more bytes than this has no key: neither bytes, nor hex digits and the end of a line. */
const MAX_BYTES = 2 * KEY_BYTES + 2;
const OTHERS = 0o077;

/** The key of `dropcap share`. */
export interface ShareKey {
  readonly bytes: Uint8Array;
  /** Text for people when others can read the key. */
  readonly doubt?: string | undefined;
}

/**
 * The key in a file: 32 bytes, or 64 hex digits. Without a file, a random one.
 * @throws InputError when the file cannot be read, or has no key
 */
export async function openShareKey(path: string | undefined): Promise<ShareKey> {
  if (path === undefined) return { bytes: randomBytes(KEY_BYTES) };
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { mode } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_BYTES + 1), 0, MAX_BYTES + 1, null);
    const bytes = keyIn(buffer.subarray(0, bytesRead));
    if (!bytes)
      throw new InputError(
        `${path} has no key: a key has ${KEY_BYTES} bytes, or ${2 * KEY_BYTES} hex digits (${adviceFor('FILE')})`,
        path,
      );
    const doubt =
      (mode & OTHERS) === 0
        ? undefined
        : `other users may read the key in ${path}, and undo the replacement of addresses (chmod 600 ${path})`;
    return { bytes, doubt };
  } catch (error) {
    if (error instanceof InputError) throw error;
    const text = `cannot read the key ${path}: ${describeFileError(error)} (${adviceFor(path)})`;
    throw new InputError(text, path, { cause: error });
  } finally {
    await file?.close();
  }
}

function adviceFor(path: string): string {
  return `to make one: (umask 077; head -c ${KEY_BYTES} /dev/urandom > ${path})`;
}

function keyIn(bytes: Buffer): Uint8Array | undefined {
  if (bytes.length === KEY_BYTES) return bytes;
  const digits = /^([0-9a-f]{64})\r?\n?$/i.exec(bytes.toString('latin1'))?.[1];
  return digits === undefined ? undefined : Buffer.from(digits, 'hex');
}
