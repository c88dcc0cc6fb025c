import { execFileSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { findProgram } from './programs.js';

const ASK_TIMEOUT_MS = 5000;
/** Folders of administration programs, which the PATH of users often lacks. */
const ADMIN_FOLDERS = ':/usr/sbin:/sbin';

/** The guard's file: its capabilities, and whether this user may run it. */
export interface Guard {
  readonly path: string;
  /**
   * Whether the file has the capabilities that a capture needs. Permitted is enough: the guard itself makes them
   * effective. Undefined when getcap is missing or fails.
   */
  readonly capable: boolean | undefined;
  /** Whether the current user may run the file. */
  readonly mayRun: boolean;
}

/** Inspects the guard's file. @returns undefined when there is no such file. */
export function inspectGuard(path: string, getcap: string | undefined = findGetcap()): Guard | undefined {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  return {
    path,
    capable: getcap === undefined ? undefined : hasCapabilities(path, getcap),
    mayRun: mayRun(path),
  };
}

function findGetcap(): string | undefined {
  return findProgram('getcap', `${process.env['PATH'] ?? ''}${ADMIN_FOLDERS}`);
}

/** getcap prints `PATH cap_net_admin,cap_sys_admin=ep`. Older versions print ` = ` and `+ep`. */
function hasCapabilities(path: string, getcap: string): boolean | undefined {
  let text: string;
  try {
    text = execFileSync(getcap, [path], {
      encoding: 'latin1',
      timeout: ASK_TIMEOUT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return undefined;
  }
  const capabilities = text.startsWith(path) ? text.slice(path.length) : '';
  const permitted = /[=+]e?i?p/.test(capabilities);
  return permitted && capabilities.includes('cap_net_admin') && capabilities.includes('cap_sys_admin');
}

function mayRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
