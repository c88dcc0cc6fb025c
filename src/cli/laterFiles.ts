import { spawnSync } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { describeFileError, errnoOf, OutputError } from '../errors.js';
import type { User } from './privileges.js';

const { W_OK, X_OK } = constants;
const EACCES = 13;
/** Exit status of test(1) for an answer of no. */
const NO = 1;

/**
 * Checks that later files can be made in a folder.
 * @param user that this process will become; undefined: its user of now
 * @throws OutputError that names the user
 */
export async function checkLaterFiles(folder: string, user: User | undefined): Promise<void> {
  try {
    await access(folder, W_OK | X_OK);
    if (user && !mayMakeFiles(folder, user)) throw Object.assign(new Error('access'), { errno: EACCES });
  } catch (error) {
    const advice =
      errnoOf(error) === EACCES ? " (choose a folder of this user's, or -Z root to continue as root)" : '';
    const uid = user?.uid ?? process.geteuid?.();
    const text = `cannot make later files in ${folder} as user ${uid}: ${describeFileError(error)}${advice}`;
    throw new OutputError(text, folder, 0, { cause: error });
  }
}

/**
 * Whether a user may make files in a folder, or this cannot be found out. A program of this user asks the kernel: modes
 * alone do not tell, as with access lists.
 */
function mayMakeFiles(folder: string, { uid, gid }: User): boolean {
  const { status } = spawnSync('/bin/sh', ['-c', 'test -w "$0" && test -x "$0"', folder], {
    uid,
    gid,
    env: {},
    stdio: 'ignore',
  });
  return status !== NO;
}
