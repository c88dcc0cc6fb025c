import { loadFileBinding } from '../binding/load.js';

/**
 * Takes the lock of an open file, which keeps other dropcaps from it until the descriptor is closed. Only the addon can:
 * without the addon, and on file systems without locks, nothing is locked.
 * @returns false when another dropcap has the lock.
 */
export function lockFile(fd: number): boolean {
  try {
    return loadFileBinding()?.lockFile(fd) ?? true;
  } catch {
    return true; // NFS without a lock service, and some FUSE file systems.
  }
}
