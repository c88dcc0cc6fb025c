import { execFileSync } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { findProgram } from './programs.js';

const ASK_TIMEOUT_MS = 5000;
/** Folders of administration, which users often have not in their PATH. */
const ADMIN_FOLDERS = ':/usr/sbin:/sbin';

/** The helper that captures for users who may not: what it was given. */
export interface Guard {
  readonly path: string;
  /**
   * Whether it has the capabilities that a capture takes, be they only permitted: it puts them into effect itself.
   * Undefined when that cannot be told: there is no getcap.
   */
  readonly capable: boolean | undefined;
  /** Whether the user who asks may run it. */
  readonly mayRun: boolean;
}

/** @returns undefined when there is no such file. */
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

/** getcap prints `PATH cap_net_admin,cap_sys_admin=ep`; older ones ` = ` and `+ep`. */
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
