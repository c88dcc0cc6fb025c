import { execFileSync } from 'node:child_process';
import { messageOf, UsageError } from '../errors.js';

/** A user to go on as. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Whom a process of root shall go on as: the user that `-Z` names, else the one who called sudo. Undefined where the
 * process shall stay what it is.
 * @throws UsageError
 */
export function userOf(name: string | undefined): User | undefined {
  const isRoot = process.geteuid?.() === 0;
  if (name !== undefined) {
    if (!isRoot) throw new UsageError('-Z is for root: only root can become another user');
    const uid = idOf(name, '-u');
    // Root is who we are, also where that takes no capability: in containers without them.
    return uid === 0 ? undefined : { uid, gid: idOf(name, '-g') };
  }
  const { SUDO_UID: uid = '', SUDO_GID: gid = '' } = process.env;
  const bySudo = isRoot && /^[1-9]\d{0,9}$/.test(uid) && /^\d{1,10}$/.test(gid);
  return bySudo ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

/**
 * Makes this process, all threads of it, that user's for good: real, effective and saved user and groups, and with
 * them all capabilities.
 * @throws UsageError where root may not do that, as in a container without these capabilities
 */
export function becomeUser({ uid, gid }: User): void {
  try {
    process.setgroups!([gid]);
    process.setgid!(gid);
    process.setuid!(uid);
  } catch (error) {
    const text = `cannot go on as user ${uid}: ${messageOf(error)} (CAP_SETGID and CAP_SETUID are needed; -Z root goes on as root)`;
    throw new UsageError(text, { cause: error });
  }
}

/** By `id`, which knows all the places where users may be kept. */
function idOf(name: string, what: '-u' | '-g'): number {
  try {
    const text = execFileSync('id', [what, '--', name], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return Number(text);
  } catch (error) {
    throw new UsageError(`-Z ${name}: no such user`, { cause: messageOf(error) });
  }
}
