import { messageOf } from '../errors.js';
import type { Check } from './check.js';
import { EXIT_NO_PERMISSION } from './exitStatus.js';
import { becomeUser, sudoUser, type User } from './privileges.js';

/**
 * Whether a capture can give up root's privileges under sudo. Tries this in the process itself, so it must be the last
 * act that may need privileges. No check for a process that a capture would not change.
 * @param user the user who called sudo.
 */
export function relinquishCheck(
  user: User | undefined = sudoUser(),
  become: (user: User) => void = becomeUser,
): Check[] {
  if (!user) return [];
  const rest = {
    name: 'giving up root',
    why: 'under sudo, a capture continues as the user who called sudo when the drop monitor is on',
  };
  try {
    become(user);
    return [{ result: 'ok', ...rest, text: `works: this process is now user ${user.uid}` }];
  } catch (error) {
    const fix = 'dropcap -Z root ..., which continues as root';
    return [{ result: 'fail', ...rest, text: messageOf(error), fix, status: EXIT_NO_PERMISSION }];
  }
}
