import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { UserBinding } from '../binding/contract.js';
import { loadBinding } from '../binding/load.js';
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
 * Changes the user of this process and of all its threads, and checks each thread afterwards. The change is final: it sets
 * the real, effective and saved user and groups, and drops all capabilities. The addon makes the change: process.setuid of
 * Debian 13's Node 20.19 always throws, because io_uring may be on (CVE-2024-22017).
 * @throws UsageError when root may not change its user, as in a container without CAP_SETGID and CAP_SETUID, or when a
 * thread keeps its user
 * @throws BindingError when the addon cannot be loaded
 */
export function becomeUser({ uid, gid }: User, binding: UserBinding = loadBinding(), proc = '/proc'): void {
  try {
    binding.becomeUser(uid, gid);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const advice = code === 'EPERM' ? 'CAP_SETGID and CAP_SETUID are needed; ' : '';
    const text = `cannot continue as user ${uid}: ${messageOf(error)} (${advice}-Z root continues as root)`;
    throw new UsageError(text, { cause: error });
  }
  for (const thread of readdirSync(`${proc}/self/task`)) {
    const status = statusOf(`${proc}/self/task/${thread}/status`);
    if (status !== undefined && !isDropped(status, uid, gid)) {
      throw new UsageError(
        `cannot continue as user ${uid}: thread ${thread} keeps its privileges (unset UV_USE_IO_URING; -Z root continues as root)`,
      );
    }
  }
}

/** The text of a thread's status; undefined when the thread ended. */
function statusOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

/**
 * Whether a thread has only this user and group, and no capabilities. The kernel's thread of an io_uring with SQPOLL
 * (iou-sqp) keeps the credentials of the ring's creation, and would open files as root.
 */
function isDropped(status: string, uid: number, gid: number): boolean {
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*?)\\s*$`, 'm').exec(status)?.[1];
  const four = (id: number) => [id, id, id, id].join('\t');
  return (
    field('Uid') === four(uid) &&
    field('Gid') === four(gid) &&
    field('Groups') === String(gid) &&
    /^0+$/.test(field('CapEff') ?? '') &&
    /^0+$/.test(field('CapPrm') ?? '')
  );
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
