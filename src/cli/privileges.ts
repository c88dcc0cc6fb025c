import { execFileSync } from 'node:child_process';
import { messageOf, UsageError } from '../errors.js';

/** A user that the process can become. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user that a process of root must become: the user that `-Z` names, else the user who called sudo. Undefined when
 * the process keeps its user.
 * @throws UsageError when `-Z` names no user, or the process is not root
 */
export function userOf(name: string | undefined): User | undefined {
  const isRoot = process.geteuid?.() === 0;
  if (name !== undefined) {
    if (!isRoot) throw new UsageError('-Z is for root: only root can become another user');
    const uid = idOf(name, '-u');
    // Root stays root. setuid(0) would fail in a container without CAP_SETUID.
    return uid === 0 ? undefined : { uid, gid: idOf(name, '-g') };
  }
  return sudoUser();
}

/** The user who called sudo. Undefined without sudo, and for a process that is not root: then the texts prove nothing. */
export function sudoUser(): User | undefined {
  const { SUDO_UID: uid = '', SUDO_GID: gid = '' } = process.env;
  const bySudo = process.geteuid?.() === 0 && /^[1-9]\d{0,9}$/.test(uid) && /^\d{1,10}$/.test(gid);
  return bySudo ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

/**
 * Changes the user of this process and of all its threads. The change is final: it sets the real, effective and saved user
 * and groups, and drops all capabilities.
 * @throws UsageError when root may not change its user, as in a container without CAP_SETGID and CAP_SETUID
 */
export function becomeUser({ uid, gid }: User): void {
  try {
    process.setgroups!([gid]);
    process.setgid!(gid);
    process.setuid!(uid);
  } catch (error) {
    const text = `cannot continue as user ${uid}: ${messageOf(error)} (CAP_SETGID and CAP_SETUID are needed; -Z root continues as root)`;
    throw new UsageError(text, { cause: error });
  }
}

/** A number of the user, from the program `id`: it also finds users that are not in /etc/passwd. */
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
