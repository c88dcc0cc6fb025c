import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { describeErrno, describeFileError, messageOf } from '../../src/errors.js';

/** The error that Node makes for an errno that libuv does not know. */
const unknown = (errno: number) => {
  const name = `Unknown system error -${errno}`;
  return Object.assign(new Error(`${name}: ${name}, write`), { errno: -errno, code: name });
};

describe('the text of an errno', () => {
  test.each<[number, string]>([
    [1, 'Operation not permitted'],
    [28, 'No space left on device'],
    [116, 'The file is gone from its server (open it again)'],
    [122, 'The disk quota is used up (free some space, or choose another folder)'],
    [4095, 'errno 4095'],
  ])('%i', (errno, text) => {
    expect(describeErrno(errno)).toBe(text);
  });

  test('is in a message once, also when Node has it twice', () => {
    expect(messageOf(unknown(122))).toBe(
      'The disk quota is used up (free some space, or choose another folder), write',
    );
    expect(messageOf(unknown(4095))).toBe('errno 4095, write');
    expect(messageOf(new Error('EIO: i/o error, write'))).toBe('EIO: i/o error, write');
  });
});

describe('an error of a file system is told in plain words', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dropcap-errors-'));
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'file'), '');
  symlinkSync('loop', join(folder, 'loop'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each<[string, string, string]>([
    ['ENOENT', join(folder, 'none', 'x'), 'no such file or folder'],
    ['EISDIR', join(folder, 'folder'), 'it is a directory (name a file in it)'],
    ['ENOTDIR', join(folder, 'file', 'x'), 'a folder in the path is not a folder'],
    ['ENAMETOOLONG', join(folder, 'x'.repeat(256)), 'the name is too long (choose a shorter name)'],
    ['ELOOP', join(folder, 'loop'), 'symbolic links that never end at a file (name the file itself)'],
    ['an empty name', '', 'the name is empty (give the name of a file)'],
  ])('%s', async (_, path, text) => {
    const error: unknown = await open(path, 'w').catch((thrown: unknown) => thrown);
    expect(describeFileError(error)).toBe(text);
  });

  test('a full device', async () => {
    const file = await open('/dev/full', 'w');
    const error: unknown = await file.write('x').catch((thrown: unknown) => thrown);
    await file.close();
    expect(describeFileError(error)).toBe(
      'no space is left on the device (free some, or choose another folder)',
    );
  });

  test.each<[number, string]>([
    [13, 'permission denied'],
    [27, 'the file would be larger than allowed (see ulimit -f, and the limit of the file system)'],
    [30, 'the file system is read-only (choose another folder)'],
    [122, 'the disk quota is used up (free some space, or choose another folder)'],
    [95, 'Operation not supported on socket'],
  ])('errno %i', (errno, text) => {
    expect(describeFileError(Object.assign(new Error('x'), { errno: -errno }))).toBe(text);
  });

  test('another error keeps its text', () => {
    expect(describeFileError(new Error('it is a directory'))).toBe('it is a directory');
  });
});
