import { closeSync, openSync, readdirSync, readSync } from 'node:fs';

/** Folders in which a host tells of itself; tests have folders of their own. */
export interface HostFiles {
  readonly proc: string;
  readonly sys: string;
  readonly boot: string;
  /** Modules of the kernels, a folder a release. */
  readonly modules: string;
}

/** Those of this host. */
export const HOST_FILES: HostFiles = {
  proc: '/proc',
  sys: '/sys',
  boot: '/boot',
  modules: '/lib/modules',
};

/**
 * The first `limit` bytes of a file, the size of which procfs does not tell; undefined when it cannot be read.
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
    return undefined; // A folder, or an attribute that its driver does not tell.
  } finally {
    closeSync(fd);
  }
}

/** Most of what is read of a text. Of a longer one, the part before. */
const TEXT_LIMIT = 4 << 20;

/** A file as text, a character a byte; undefined when it cannot be read. */
export function readText(path: string, limit: number = TEXT_LIMIT): string | undefined {
  return readBytes(path, limit)?.toString('latin1');
}

/** A whole number that is alone in its file; undefined when there is none. */
export function readNumber(path: string): number | undefined {
  const text = readText(path, 64)?.trim();
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Names in a folder; none when it cannot be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
