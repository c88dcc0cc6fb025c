import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dropcap, PROGRAM, recordingPath, temporaryFolder } from '../../support/tools.js';

const NOBODY = 65_534;
const isRoot = process.geteuid?.() === 0;
const folder = temporaryFolder();
chmodSync(folder, 0o755);

/**
 * Stands for Wireshark: notes who and where it is and its arguments, then copies what it captures to a file. It stays
 * open after the capture, until the file `close` exists, and ends with the status in the file `status`.
 */
const FAKE = `#!/bin/sh
cd "\${0%/*}/.."
{ id -u; id -G; echo "$HOME $USER $DISPLAY"; ps -o sid= -p $$ | tr -d ' '; echo "$@"; } > notes
test ! -e status || exit "$(cat status)"
cat "$3" > captured &
echo $! > reader
wait
echo > ended
while test ! -e close; do sleep 0.1; done
`;

let place: string;
let children: ChildProcess[];
beforeEach(() => {
  children = [];
  place = mkdtempSync(join(folder, 'test-'));
  for (const name of ['bin', 'tmp', 'home']) mkdirSync(join(place, name));
  for (const path of [place, join(place, 'tmp')]) chmodSync(path, 0o777);
  writeFileSync(join(place, 'bin', 'wireshark'), FAKE, { mode: 0o755 });
});
afterEach(() => {
  writeFileSync(at('close'), '');
  children.forEach((child) => child.kill('SIGKILL'));
});

const at = (...names: string[]) => join(place, ...names);

function start(env: NodeJS.ProcessEnv, ...args: string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...args, '--wireshark'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      DISPLAY: ':9',
      HOME: at('home'),
      XDG_CONFIG_HOME: '',
      PATH: `${at('bin')}:${process.env['PATH']}`,
      TMPDIR: at('tmp'),
      ...env,
    },
  });
  children.push(child);
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const ended = new Promise<[number | null, string]>((resolve) =>
    child.once('exit', (status) => setTimeout(() => resolve([status, stderr]), 100)),
  );
  return { child, ended, stderr: () => stderr };
}

async function exists(name: string): Promise<void> {
  await expect.poll(() => existsSync(at(name)), { timeout: 15_000 }).toBe(true);
}
const notes = () => readFileSync(at('notes'), 'utf8').split('\n');
/** What is left of FIFOs in the folder for temporary files. */
const left = () => readdirSync(at('tmp'));

function written(...args: string[]): Buffer {
  const path = at('expected.pcapng');
  expect(dropcap('-q', '-r', recordingPath('nlmon'), '-w', path, ...args).status).toBe(0);
  return readFileSync(path);
}

describe('dropcap --wireshark', () => {
  test('gives Wireshark what -w writes, ends, and leaves Wireshark open', async () => {
    const { ended } = start({}, '-q', '-r', recordingPath('nlmon'), '-s', '40');
    expect(await ended).toEqual([0, '']);
    await exists('ended');
    expect(readFileSync(at('captured')).equals(written('-s', '40'))).toBe(true);
    const [, , , , line = ''] = notes();
    expect(line).toMatch(/^-k -i \/.*\/tmp\/dropcap-\w+\/dropped-packets$/);
    expect(left()).toEqual([]);
  });

  test('writes a file too, and prints lines too', async () => {
    const { child, ended } = start({}, '-q', '-r', recordingPath('nlmon'), '-w', at('file'), '--print');
    let lines = '';
    child.stdout.on('data', (data: Buffer) => (lines += data.toString()));
    expect((await ended)[0]).toBe(0);
    await exists('ended');
    const file = readFileSync(at('file'));
    expect([file.equals(written()), readFileSync(at('captured')).equals(file)]).toEqual([true, true]);
    expect(lines.trimEnd().split('\n')).toHaveLength(98);
  });

  test('chooses the profile of dropcap if it is installed', async () => {
    mkdirSync(at('home', '.config', 'wireshark', 'profiles', 'dropcap'), { recursive: true });
    const { ended } = start({}, '-q', '-r', recordingPath('nlmon'));
    expect((await ended)[0]).toBe(0);
    expect(notes()[4]).toMatch(/ -C dropcap$/);
  });

  test('Ctrl-C ends the capture, and Wireshark, in a session of its own, keeps its packets', async () => {
    const { child, ended, stderr } = start({}, '-r', '-');
    child.stdin.write(readFileSync(recordingPath('nlmon')));
    await expect.poll(stderr, { timeout: 15_000 }).toContain('reading from');
    await expect
      .poll(() => (child.kill('SIGUSR1'), stderr()), { timeout: 15_000 })
      .toContain('98 drops captured\n98 drops written');
    child.kill('SIGINT');
    const [status, text] = await ended;
    expect([status, text]).toEqual([0, expect.stringContaining('98 drops written')]);
    await exists('ended');
    expect(readFileSync(at('captured')).equals(written())).toBe(true);
    expect(Number(notes()[3])).not.toBe(sessionOf(process.pid));
    expect(left()).toEqual([]);
  });

  test('ends when Wireshark is closed, although no drop comes', async () => {
    const { child, ended, stderr } = start({}, '-r', '-');
    child.stdin.write(readFileSync(recordingPath('nlmon')));
    await expect.poll(stderr, { timeout: 15_000 }).toContain('reading from');
    process.kill(Number(readFileSync(at('reader'), 'utf8')));
    writeFileSync(at('close'), '');
    expect(await ended).toEqual([0, expect.stringContaining('drops captured')]);
  });

  test.skipIf(!isRoot)(
    'runs Wireshark as the user who called sudo, with the groups and the home of the user',
    async () => {
      const env = { SUDO_UID: String(NOBODY), SUDO_GID: String(NOBODY) };
      const { ended } = start(env, '-q', '-r', recordingPath('nlmon'));
      expect(await ended).toEqual([0, '']);
      const entry = execFileSync('getent', ['passwd', String(NOBODY)], { encoding: 'utf8' }).split(':');
      expect(notes().slice(0, 3)).toEqual([
        String(NOBODY),
        execFileSync('id', ['-G', entry[0]!], { encoding: 'utf8' }).trim(),
        `${entry[5]} ${entry[0]} :9`,
      ]);
      await exists('ended');
      expect(readFileSync(at('captured')).equals(written())).toBe(true);
      expect(left()).toEqual([]);
    },
  );

  test('says that Wireshark failed before it captured, and captures nothing', async () => {
    writeFileSync(at('status'), '7');
    const { ended } = start({}, '-r', '-');
    const [status, text] = await ended;
    expect(status).toBe(1);
    expect(text).toContain('\n0 drops captured\n');
    expect(text).toMatch(/\ndropcap: Wireshark ended with status 7\n$/);
    expect(left()).toEqual([]);
  });

  test.each<[string, NodeJS.ProcessEnv, string[], number, RegExp]>([
    [
      'without a display',
      { DISPLAY: '', WAYLAND_DISPLAY: '' },
      [],
      1,
      /there is no display: .*sudo --preserve-env/,
    ],
    [
      'without Wireshark',
      { PATH: '/nowhere' },
      [],
      1,
      /there is no program wireshark in PATH \(Debian: apt install/,
    ],
    ['with --json', {}, ['--json'], 2, /--wireshark does not go with --json/],
    ['with --count', {}, ['--count'], 2, /--wireshark does not go with --count/],
  ])('refuses, before it starts anything, %s', async (_, env, args, expected, text) => {
    const { ended } = start(env, '-r', recordingPath('nlmon'), ...args);
    expect(await ended).toEqual([expected, expect.stringMatching(text)]);
    expect([existsSync(at('notes')), left()]).toEqual([false, []]);
  });
});

function sessionOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'sid=', '-p', String(pid)], { encoding: 'utf8' }));
}
