import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { relinquishCheck } from '../../../src/cli/doctorPrivileges.js';
import type { User } from '../../../src/cli/privileges.js';
import { UsageError } from '../../../src/errors.js';

const program = fileURLToPath(new URL('../../../bin/dropcap.js', import.meta.url));
const recording = fileURLToPath(
  new URL('../../../samples/recordings/linux-6.12/nlmon.pcap', import.meta.url),
);
const bySudo = { ...process.env, SUDO_UID: '1000', SUDO_GID: '100' };

describe('relinquishCheck', () => {
  const user = { uid: 1000, gid: 100 };

  test('becomes the user who called sudo', () => {
    const become = vi.fn<(user: User) => void>();
    expect(relinquishCheck(user, become)).toEqual([
      expect.objectContaining({ result: 'ok', text: 'works: this process is now user 1000' }),
    ]);
    expect(become.mock.calls).toEqual([[user]]);
  });

  test('fails with the reason, and names -Z root', () => {
    const become = () => {
      throw new UsageError('cannot continue as user 1000: EPERM');
    };
    expect(relinquishCheck(user, become)).toEqual([
      expect.objectContaining({
        result: 'fail',
        text: 'cannot continue as user 1000: EPERM',
        fix: expect.stringContaining('-Z root'),
        status: 3,
      }),
    ]);
  });

  test('changes nothing without sudo', () => {
    const become = vi.fn<(user: User) => void>();
    expect(relinquishCheck(undefined, become)).toEqual([]);
    expect(become).not.toHaveBeenCalled();
  });
});

describe.runIf(process.getuid!() === 0)('dropcap of root, called by sudo,', () => {
  test('doctor gives up root, as a capture would', () => {
    const { stdout } = spawnSync(program, ['doctor'], { env: bySudo, encoding: 'utf8' });
    expect(stdout).toMatch(/^ok {4}giving up root: works: this process is now user 1000$/m);
  });

  test('doctor says that root may not become the user without CAP_SETUID', () => {
    const args = ['--bounding-set', '-setuid,-setgid', program, 'doctor'];
    const { stdout } = spawnSync('setpriv', args, { env: bySudo, encoding: 'utf8' });
    expect(stdout).toMatch(
      /^FAIL {2}giving up root: cannot continue as user 1000: .*CAP_SETGID and CAP_SETUID/m,
    );
    expect(stdout).toMatch(/a capture would not work: .*giving up root\n$/);
  });

  test('a run continues as the user, who owns its file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dropcap-sudo-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'out.pcapng');
    const child = spawn(program, ['-r', '-', '-w', file], { env: bySudo, stdio: ['pipe', 'ignore', 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.stdin.write(readFileSync(recording));
    await expect.poll(() => said, { timeout: 10_000 }).toContain('reading from');
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    expect(status).toMatch(/^Uid:(\t1000){4}$/m);
    expect(status).toMatch(/^Gid:(\t100){4}$/m);
    expect(status).toMatch(/^CapPrm:\t0+$/m);
    child.stdin.end();
    expect(await ended).toBe(0);
    expect(said).toContain('98 drops captured');
    expect(statSync(file)).toMatchObject({ uid: 1000, gid: 100 });
  });
});
