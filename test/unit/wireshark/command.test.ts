import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../../bin/dropcap.js', import.meta.url));
const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'dropcap-command-'))));
afterEach(() => rmSync(home, { recursive: true }));

/** Runs dropcap without tshark. */
function run(...args: string[]) {
  const env = { HOME: home, PATH: '/nowhere', SUDO_USER: 'alice' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    encoding: 'utf8',
    env,
  });
  return { status, stdout, stderr };
}

describe('dropcap wireshark', () => {
  test('installs and uninstalls without tshark, and reports the user, the folders and the files', () => {
    const installed = run('wireshark', 'install');
    expect([installed.status, installed.stdout]).toEqual([0, '']);
    const plugins = join(home, '.local/lib/wireshark/plugins');
    const configuration = join(home, '.config/wireshark');
    const root =
      process.geteuid?.() === 0 ? ['dropcap: for the folders of alice, run this command without sudo'] : [];
    expect(installed.stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^dropcap: Wireshark's folders of \S/),
      'dropcap: these are the default folders, because there is no tshark to ask (Debian: apt install tshark)',
      ...root,
      `dropcap: installed ${plugins}/dropcap.lua`,
      `dropcap: installed ${configuration}/profiles/dropcap/preferences`,
      `dropcap: installed ${configuration}/profiles/dropcap/colorfilters`,
      `dropcap: installed ${configuration}/profiles/dropcap/recent`,
      `dropcap: installed ${configuration}/profiles/dropcap/profile_settings`,
      `dropcap: installed ${home}/.local/lib/wireshark/extcap/dropmon`,
      'dropcap: to use the profile: wireshark -C dropcap FILE, or tshark -C dropcap -r FILE',
      'dropcap: to capture in Wireshark: the interface "Dropped packets", or tshark -i dropmon',
    ]);
    writeFileSync(join(plugins, 'dropcap.lua'), '-- mine');
    const again = run('wireshark', 'install');
    expect(again.stderr).toContain('dropcap.lua: it was changed after it was installed\n');
    expect(again.stderr).toContain('remove it and install again\n');
    const removed = run('wireshark', 'uninstall');
    expect([removed.status, removed.stderr]).toEqual([
      0,
      expect.stringMatching(/kept \S+dropcap\.lua: .*\n(dropcap: removed .*\n){5}$/),
    ]);
    expect(existsSync(configuration)).toBe(false);
  });

  test('exits with 1 for a file that is not its own, in one line', () => {
    const plugins = join(home, '.local/lib/wireshark/plugins');
    mkdirSync(plugins, { recursive: true });
    writeFileSync(join(plugins, 'dropcap.lua'), '-- mine');
    const { status, stderr } = run('wireshark', 'install');
    expect(status).toBe(1);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
      /^dropcap: cannot write \S+dropcap\.lua: .*\(move it away\)$/,
    );
  });

  test.each([
    ['without a command', ['wireshark'], /Commands:\s+install[\s\S]*uninstall[\s\S]*Examples:/],
    ['with an unknown command', ['wireshark', 'update'], /unknown command 'update'/],
    ['with an argument too many', ['wireshark', 'install', 'x'], /too many arguments/],
  ])('exits with 2 %s', (_, args, text) => {
    const { status, stderr } = run(...args);
    expect([status, stderr]).toEqual([2, expect.stringMatching(text)]);
    expect(existsSync(join(home, '.config'))).toBe(false);
  });

  test('has its files in the package', () => {
    const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
    const { stdout } = spawnSync('npm', args, { cwd: PROJECT, encoding: 'utf8' });
    const [packed] = JSON.parse(stdout) as { files: { path: string }[] }[];
    const paths = packed!.files.map(({ path }) => path).filter((path) => path.startsWith('src/'));
    expect(paths.toSorted()).toEqual([
      'src/wireshark/dropcap.lua',
      'src/wireshark/profile/colorfilters',
      'src/wireshark/profile/preferences',
      'src/wireshark/profile/profile_settings',
      'src/wireshark/profile/recent',
    ]);
  });
});
