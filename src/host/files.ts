import { closeSync, openSync, readdirSync, readSync } from 'node:fs';

/** Folders with facts about a host. Tests pass folders of their own. */
export interface HostFiles {
  readonly proc: string;
  readonly sys: string;
  readonly boot: string;
  /** Kernel modules: one folder for each kernel release. */
  readonly modules: string;
}

/** The folders of this host. */
export const HOST_FILES: HostFiles = {
  proc: '/proc',
  sys: '/sys',
  boot: '/boot',
  modules: '/lib/modules',
};

/**
 * Reads the first `limit` bytes of a file; undefined when it cannot be read. For files of procfs and sysfs, whose size
 * is not known before reading.
 */
export function readBytes(path: string, limit: number): Buffer | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const chunks: Buffer[] = [];
    for (let left = limit; left > 0;) {
      const chunk = Buffer.allocUnsafe(Math.min(left, 65_536));
      const length = readSync(fd, chunk);
      if (length === 0) break;
      chunks.push(chunk.subarray(0, length));
      left -= length;
    }
    return Buffer.concat(chunks);
  } catch {
    return undefined; // A folder, or a sysfs attribute that its driver does not support.
  } finally {
    closeSync(fd);
  }
}

/** Most bytes of a text file that are read. The rest of a longer file is ignored. */
const TEXT_LIMIT = 4 << 20;

/** Reads a file as text, one character for each byte; undefined when it cannot be read. */
export function readText(path: string, limit: number = TEXT_LIMIT): string | undefined {
  return readBytes(path, limit)?.toString('latin1');
}

/** Reads a file that holds one whole number; undefined when it does not. */
export function readNumber(path: string): number | undefined {
  const text = readText(path, 64)?.trim();
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Names of the entries of a folder; empty when it cannot be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
