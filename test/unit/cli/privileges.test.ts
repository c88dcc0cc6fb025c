import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
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
  const user = { uid: 1000, gid: 100 };
  const dropped = statusOf('1000', '100', '100', '0');

  test.runIf(process.getuid!() === 0)(
    'changes all threads, also where process.setuid of Node throws because io_uring may be on',
    () => {
      const script = `
      const { readdirSync, readFileSync } = require('node:fs');
      require('node-gyp-build')('native').becomeUser(1000, 100);
      const fields = /^(Name|Uid|Gid|Groups|CapEff):.*$/gm;
      const threads = readdirSync('/proc/self/task').map((id) => readFileSync('/proc/self/task/' + id + '/status', 'utf8'));
      process.stdout.write(JSON.stringify(threads.map((text) => text.match(fields).map((line) => line.trim()))));`;
      const options = { encoding: 'utf8', env: { ...process.env, UV_USE_IO_URING: '1' } } as const;
      const threads = JSON.parse(execFileSync(process.execPath, ['-e', script], options)) as string[][];
      // The kernel's threads of io_uring keep root: becomeUser refuses them, as the tests below show.
      const ofProcess = threads.filter(([name]) => !name!.includes('iou-'));
      expect(ofProcess.length).toBeGreaterThan(1);
      for (const [, ...lines] of ofProcess) {
        expect(lines).toEqual([
          'Uid:\t1000\t1000\t1000\t1000',
          'Gid:\t100\t100\t100\t100',
          'Groups:\t100',
          'CapEff:\t0000000000000000',
        ]);
      }
    },
  );

  test('accepts threads that all have the new user', () => {
    const becomeUserOf = vi.fn<(uid: number, gid: number) => void>();
    becomeUser(user, { becomeUser: becomeUserOf }, procOf([dropped, dropped]));
    expect(becomeUserOf.mock.calls).toEqual([[1000, 100]]);
  });

  test.each([
    ['user', statusOf('0', '100', '100', '0')],
    ['group', statusOf('1000', '0', '100', '0')],
    ['groups', statusOf('1000', '100', '100 0', '0')],
    ['capabilities', statusOf('1000', '100', '100', '1')],
  ])('refuses a thread that keeps its %s', (_what, kept) => {
    const proc = procOf([dropped, kept]);
    expect(() => becomeUser(user, { becomeUser: () => {} }, proc)).toThrow(
      /^cannot continue as user 1000: thread 2 keeps its privileges/,
    );
  });

  test('names the capabilities only when the kernel refused for want of them', () => {
    const refuse = (code: string) => () =>
      becomeUser(user, {
        becomeUser: () => {
          throw Object.assign(new Error(`setgroups: ${code}`), { code });
        },
      });
    expect(refuse('EPERM')).toThrow(/: setgroups: EPERM \(CAP_SETGID and CAP_SETUID are needed; -Z root/);
    expect(refuse('EAGAIN')).toThrow(/: setgroups: EAGAIN \(-Z root/);
  });
});

function statusOf(uid: string, gid: string, groups: string, capability: string): string {
  const four = (id: string) => [id, id, id, id].join('\t');
  const capabilities = capability.padStart(16, '0');
  return `Uid:\t${four(uid)}\nGid:\t${four(gid)}\nGroups:\t${groups} \nCapPrm:\t${capabilities}\nCapEff:\t${capabilities}\n`;
}

/** A folder like /proc with the status of threads 1, 2, ... */
function procOf(statuses: string[]): string {
  const proc = mkdtempSync(join(tmpdir(), 'dropcap-proc-'));
  onTestFinished(() => rmSync(proc, { recursive: true }));
  statuses.forEach((status, i) => {
    const folder = join(proc, 'self/task', String(i + 1));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'status'), status);
  });
  return proc;
}
