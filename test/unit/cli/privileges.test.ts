import { afterEach, describe, expect, test, vi } from 'vitest';
import { becomeUser, userOf } from '../../../src/cli/privileges.js';
import { UsageError } from '../../../src/errors.js';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('userOf', () => {
  test('takes the named user, else the user who called sudo; root stays root', () => {
    vi.spyOn(process, 'geteuid').mockReturnValue(0);
    vi.stubEnv('SUDO_UID', '1000');
    vi.stubEnv('SUDO_GID', '100');
    expect(userOf(undefined)).toEqual({ uid: 1000, gid: 100 });
    expect(userOf('nobody')).toEqual({ uid: 65534, gid: 65534 });
    expect(userOf('root')).toBeUndefined();
    expect(() => userOf('-u')).toThrow('-Z -u: no such user');
    vi.stubEnv('SUDO_UID', '0');
    expect(userOf(undefined)).toBeUndefined();
  });

  test('changes nothing for users other than root', () => {
    vi.spyOn(process, 'geteuid').mockReturnValue(1000);
    vi.stubEnv('SUDO_UID', '1001');
    vi.stubEnv('SUDO_GID', '1001');
    expect(userOf(undefined)).toBeUndefined();
    expect(() => userOf('nobody')).toThrow(UsageError);
  });
});

describe('becomeUser', () => {
  const steps = ['setgroups', 'setgid', 'setuid'] as const;

  test('gives up the groups before the user, because the new user could not give them up', () => {
    const calls: unknown[] = [];
    for (const step of steps)
      vi.spyOn(process, step).mockImplementation((value: unknown) => void calls.push([step, value]));
    becomeUser({ uid: 1000, gid: 100 });
    expect(calls).toEqual([
      ['setgroups', [100]],
      ['setgid', 100],
      ['setuid', 1000],
    ]);
  });

  test.each(steps)('says what to do when %s is refused', (refused) => {
    for (const step of steps)
      vi.spyOn(process, step).mockImplementation(() => {
        if (step === refused) throw new Error('EPERM, Operation not permitted');
      });
    expect(() => becomeUser({ uid: 1000, gid: 100 })).toThrow(
      /^cannot continue as user 1000: EPERM.*-Z root/,
    );
  });
});
