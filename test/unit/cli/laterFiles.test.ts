import { chmodSync, chownSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROGRAM, recordingPath, run, temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();
chmodSync(folder, 0o755);
const NOBODY = 65534;
let made = 0;

/** Runs dropcap as under sudo, with its output in a new folder of this mode and group. */
function underSudo(mode: number, group: number, ...options: string[]) {
  const place = join(folder, String(++made));
  mkdirSync(place);
  chownSync(place, 0, group);
  chmodSync(place, mode);
  const args = ['-r', recordingPath('nlmon'), '-w', join(place, 'x-%Y'), ...options];
  const ran = run('env', [`SUDO_UID=${NOBODY}`, `SUDO_GID=${NOBODY}`, process.execPath, PROGRAM, ...args]);
  return { ...ran, place, files: readdirSync(place) };
}

describe.skipIf(process.getuid!() !== 0)('later files as the user who called sudo', () => {
  const SEVERAL: [string, ...string[]][] = [
    ['-C 1', '-C', '1'],
    ['-G 1', '-G', '1'],
    ['-b packets:9', '-b', 'packets:9'],
    ['--compress gzip', '--compress', 'gzip'],
  ];

  test.each(SEVERAL)('are checked before the first file stays: %s', (_, ...options) => {
    const { status, stderr, files, place } = underSudo(0o755, 0, ...options);
    expect(stderr).toBe(
      `dropcap: cannot make later files in ${place} as user ${NOBODY}: permission denied (choose a folder of this user's, or -Z root to continue as root)\n`,
    );
    expect([status, files]).toEqual([1, []]);
  });

  test('the file of names does not stay either', () => {
    const names = join(folder, 'names');
    const { stderr } = underSudo(0o755, 0, '-b', 'packets:9', '-b', `printname:${names}`);
    expect(stderr).toContain('cannot make later files');
    expect(readdirSync(folder)).not.toContain('names');
  });

  test('are made where the group of the user may make files, but no other user', () => {
    const { status, files } = underSudo(0o770, NOBODY, '-b', 'packets:40');
    expect([status, files.length]).toEqual([0, 3]);
  });

  test.each([
    ['one file', []],
    ['several files, but with -Z root', ['-b', 'packets:40', '-Z', 'root']],
  ])('do not matter for %s', (_, options) => {
    const { status, files } = underSudo(0o700, 0, ...options);
    expect(status).toBe(0);
    expect(files.length).toBe(options.length === 0 ? 1 : 3);
  });
});
