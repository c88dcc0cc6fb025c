import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dropcap, dropcapWithInput, recordingPath, run, temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();
const nlmon = recordingPath('nlmon');
let files = 0;
const newFile = () => join(folder, `${++files}.pcapng`);

function keyFile(content: string | Uint8Array, mode = 0o600): string {
  const path = join(folder, `${++files}.key`);
  writeFileSync(path, content, { mode });
  return path;
}

const KEY = '00112233445566778899aabbccddeeff'.repeat(2);

function shared(...options: string[]): Buffer {
  const path = newFile();
  const { status, stderr } = dropcap('share', ...options, nlmon, path);
  expect([status, stderr]).toEqual([0, expect.stringContaining('98 drops written')]);
  return readFileSync(path);
}

describe('dropcap share', () => {
  test('gives the same file for the same key, in bytes or hex digits', () => {
    const digits = shared('--key-file', keyFile(KEY));
    expect(shared('--key-file', keyFile(`${KEY.toUpperCase()}\n`)).equals(digits)).toBe(true);
    expect(shared('--key-file', keyFile(Buffer.from(KEY, 'hex'))).equals(digits)).toBe(true);
  });

  test('gives another file for another key, and without a key another one each time', () => {
    const all = [
      shared('--key-file', keyFile(KEY)),
      shared('--key-file', keyFile('f'.repeat(64))),
      shared(),
      shared(),
    ];
    expect(new Set(all.map((file) => file.toString('hex'))).size).toBe(4);
  });

  test('shares a file that is shared already: the second replaces again', () => {
    const [once, twice] = [newFile(), newFile()];
    const key = keyFile(KEY);
    dropcap('share', '--key-file', key, nlmon, once);
    const { status, stderr } = dropcap('share', '--key-file', key, once, twice);
    expect([status, stderr]).toEqual([0, expect.stringContaining('removed: 0 B after the headers')]);
    expect(readFileSync(twice).equals(readFileSync(once))).toBe(false);
  });

  test('reads standard input and writes standard output', () => {
    const key = keyFile(KEY);
    const path = newFile();
    dropcap('share', '--key-file', key, nlmon, path);
    const { stdout, status } = dropcapWithInput(nlmon, 'share', '--key-file', key, '-', '-');
    expect([status, stdout]).toEqual([0, readFileSync(path, 'utf8')]);
  });

  test('says what it removed, replaced and kept', () => {
    const { stderr } = dropcap('share', nlmon, newFile());
    expect(stderr.split('\n').slice(-9)).toEqual([
      '0 malformed alerts',
      expect.stringMatching(/^removed: [\d.]+ kB after the headers; kernel addresses, /),
      'replaced: IP addresses, hardware addresses, 1 interface name',
      expect.stringMatching(/^kept: times, lengths, ports/),
      expect.stringMatching(/^kept: drop reasons, traps, functions/),
      'kept: interface names ipip1, lo, eth0',
      '2 packets have no header that dropcap understands: only the length stayed',
      expect.stringMatching(/^the key was random, and is gone/),
      '',
    ]);
  });

  test('keeps names and vendors if asked', () => {
    const key = keyFile(KEY);
    const names = (...options: string[]) => {
      const path = newFile();
      dropcap('share', '--key-file', key, ...options, nlmon, path);
      return dropcap('-q', '-r', path, '-e').stdout;
    };
    expect(names()).not.toMatch(/ va\b/);
    expect(names('--keep-names')).toMatch(/ va\b/);
    const { stderr } = dropcap('share', '--keep-vendor', nlmon, newFile());
    expect(stderr).toContain('hardware addresses, without their vendors');
  });

  test('writes the same with --headers-only', () => {
    const key = keyFile(KEY);
    const [plain, headers] = [newFile(), newFile()];
    dropcap('share', '--key-file', key, nlmon, plain);
    expect(dropcap('share', '--headers-only', '--key-file', key, nlmon, headers).status).toBe(0);
    expect(readFileSync(headers).equals(readFileSync(plain))).toBe(true);
  });

  test('makes a file that only its owner can read', () => {
    const path = newFile();
    dropcap('share', nlmon, path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
});

describe('dropcap share refuses', () => {
  test('an existing file, and a link', () => {
    const path = newFile();
    writeFileSync(path, 'mine');
    expect(dropcap('share', nlmon, path)).toMatchObject({ status: 1, stderr: expect.stringContaining(path) });
    expect(readFileSync(path, 'utf8')).toBe('mine');
    const link = newFile();
    symlinkSync(join(folder, 'target'), link);
    expect(dropcap('share', nlmon, link).status).toBe(1);
    expect(existsSync(join(folder, 'target'))).toBe(false);
  });

  test.each([
    ['', 'has no key'],
    [KEY.slice(1), 'has no key'],
    [`${KEY}00`, 'has no key'],
    ['x'.repeat(64), 'has no key'],
    [new Uint8Array(33), 'has no key'],
  ])('the key %j', (content, text) => {
    const path = newFile();
    const { status, stderr } = dropcap('share', '--key-file', keyFile(content), nlmon, path);
    expect([status, stderr]).toEqual([1, expect.stringContaining(text)]);
    expect(existsSync(path)).toBe(false);
  });

  test('a key that is missing, and says how to make one that it takes', () => {
    const missing = join(folder, 'missing.key');
    const { status, stderr } = dropcap('share', '--key-file', missing, nlmon, newFile());
    expect(status).toBe(1);
    const command = /\(to make one: (.*)\)\n$/.exec(stderr)![1]!;
    expect(run('sh', ['-c', command]).status).toBe(0);
    expect(statSync(missing).mode & 0o777).toBe(0o600);
    expect(dropcap('share', '--key-file', missing, nlmon, newFile()).stderr).not.toContain('other users');
  });

  test('a recording that cannot be read, and leaves no file', () => {
    const path = newFile();
    for (const input of [join(folder, 'none'), keyFile('no capture')]) {
      expect(dropcap('share', input, path).status).toBe(1);
      expect(existsSync(path)).toBe(false);
    }
  });

  test('a missing output, and options of a capture', () => {
    expect(dropcap('share', nlmon).status).toBe(2);
    expect(dropcap('-c', '1', 'share', nlmon, newFile()).status).toBe(2);
  });
});

describe('dropcap share warns', () => {
  test('of a key that others can read', () => {
    const { status, stderr } = dropcap('share', '--key-file', keyFile(KEY, 0o644), nlmon, newFile());
    expect([status, stderr]).toEqual([0, expect.stringContaining('other users may read the key')]);
  });

  test('of a name for another format', () => {
    const path = join(folder, 'x.pcap.gz');
    expect(dropcap('share', nlmon, path).stderr).toContain(
      `${path} is written as pcapng, whatever its name says`,
    );
  });

  test('of a recording that is cut, and shares the drops before the cut', () => {
    const cut = newFile();
    writeFileSync(cut, readFileSync(nlmon).subarray(0, 20_000));
    const path = newFile();
    const { status, stderr } = dropcap('share', cut, path);
    expect(status).toBe(1);
    expect(stderr).toMatch(/\d+ drops written/);
    expect(dropcap('-q', '-r', path, '--count').status).toBe(0);
  });
});
