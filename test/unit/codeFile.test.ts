import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { readCode, readProgram, writeCode } from '../../src/codeFile.js';
import '../support/properties.js';

const dist = new URL('../../dist/', import.meta.url);
const built = readdirSync(dist).find((name) => name.endsWith('.code'))!;
const folder = mkdtempSync(join(tmpdir(), 'dropcap-code-'));
const programPath = join(folder, 'program.cjs');
const path = join(folder, 'code');
const source = readFileSync(new URL('program.cjs', dist));
const whole = readFileSync(new URL(built, dist));
const code = whole.subarray(0, -4);
const isRoot = process.getuid!() === 0;

const used = () => readCode(path, readProgram(programPath));

beforeEach(() => {
  rmSync(path, { recursive: true, force: true });
  writeFileSync(programPath, source);
  writeFileSync(path, whole, { mode: 0o644 });
});

afterAll(() => rmSync(folder, { recursive: true }));

test('complete code is used as V8 made it', () => {
  expect(used()?.equals(code)).toBe(true);
});

test('code is written as it is read, only its owner may write it, and no other file is left', () => {
  const previous = process.umask(0);
  try {
    rmSync(path);
    writeCode(path, readProgram(programPath), code);
  } finally {
    process.umask(previous);
  }
  expect(used()?.equals(code)).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o644);
  expect(readdirSync(folder).toSorted()).toEqual(['code', 'program.cjs']);
});

describe('damaged code is not used', () => {
  /** Overwrites a part of the file, checks whether the code is used, and restores the part. */
  function usedWith(at: number, part: Uint8Array): boolean {
    const file = openSync(path, 'r+');
    try {
      writeSync(file, part, 0, part.length, at);
      return used() !== undefined;
    } finally {
      writeSync(file, whole, at, part.length, at);
      closeSync(file);
    }
  }

  const flipped = (bit: number) => Uint8Array.of(whole[bit >> 3]! ^ (1 << (bit & 7)));

  test('with any bit flipped', { timeout: 120_000 }, () => {
    const bits = whole.length * 8;
    for (let bit = 0; bit < 64 * 8; bit++) {
      expect(usedWith(bit >> 3, flipped(bit))).toBe(false);
      expect(usedWith((bits - 1 - bit) >> 3, flipped(bits - 1 - bit))).toBe(false);
    }
    fc.assert(
      fc.property(fc.nat(bits - 1), (bit) => !usedWith(bit >> 3, flipped(bit))),
      { numRuns: 3000 },
    );
    expect(used()?.equals(code)).toBe(true);
  });

  test('with any part overwritten', { timeout: 60_000 }, () => {
    const part = fc.record({
      at: fc.nat(whole.length - 1),
      length: fc.integer({ min: 1, max: 5000 }),
      value: fc.constantFrom(0, 0xff),
    });
    fc.assert(
      fc.property(part, ({ at, length, value }) => {
        const before = whole.subarray(at, at + length);
        fc.pre(before.some((byte) => byte !== value));
        return !usedWith(at, new Uint8Array(before.length).fill(value));
      }),
      { numRuns: 500 },
    );
    expect(used()?.equals(code)).toBe(true);
  });

  test('cut at any length', { timeout: 60_000 }, () => {
    const cut = (length: number) => {
      writeFileSync(path, whole);
      truncateSync(path, length);
      return used() === undefined;
    };
    for (let length = 0; length < 16; length++) {
      expect(cut(length)).toBe(true);
      expect(cut(whole.length - 1 - length)).toBe(true);
    }
    fc.assert(fc.property(fc.nat(whole.length - 1), cut), { numRuns: 500 });
  });

  test.each([
    ['all zeros', Buffer.alloc(whole.length)],
    ['a checksum of nothing', Buffer.alloc(4)],
    ['another text', Buffer.from('no code')],
    ['a zero appended', Buffer.concat([whole, Buffer.alloc(1)])],
    ['the code twice', Buffer.concat([whole, whole])],
    ['the checksum before the code', Buffer.concat([whole.subarray(-4), code])],
  ])('%s', (_, bytes) => {
    writeFileSync(path, bytes);
    expect(used()).toBeUndefined();
  });
});

describe('code of another program is not used', () => {
  test('of another build', () => {
    const other = join(folder, 'other.cjs');
    writeFileSync(other, Buffer.concat([source, Buffer.from('\n')]));
    writeCode(path, readProgram(other), code);
    rmSync(other);
    expect(used()).toBeUndefined();
  });

  test('of the same program before one character was changed', () => {
    const changed = Buffer.from(source);
    changed[changed.length >> 1]! ^= 1;
    writeFileSync(programPath, changed);
    expect(used()).toBeUndefined();
  });
});

describe('code that other users can write is not used', () => {
  test.each([
    ['group', 0o664],
    ['others', 0o646],
  ])('writable by %s', (_, mode) => {
    chmodSync(path, mode);
    expect(used()).toBeUndefined();
  });

  test.skipIf(!isRoot)('of another user than the program', () => {
    chownSync(path, 1, statSync(path).gid);
    expect(used()).toBeUndefined();
    chownSync(programPath, 1, statSync(path).gid);
    expect(used()?.equals(code)).toBe(true);
    chownSync(programPath, 2, statSync(path).gid);
    expect(used()).toBeUndefined();
  });

  test.skipIf(!isRoot)('code of root is used, whoever owns the program', () => {
    chownSync(programPath, 1, statSync(path).gid);
    expect(used()?.equals(code)).toBe(true);
  });

  test('through a symbolic link', () => {
    const target = join(folder, 'target');
    renameSync(path, target);
    symlinkSync(target, path);
    expect(used()).toBeUndefined();
    rmSync(target);
  });
});

describe('a path that is not a regular file is not used, and reading it does not wait', () => {
  test.each([
    ['nothing', () => undefined],
    ['a folder', () => mkdirSync(path)],
    ['a FIFO', () => execFileSync('mkfifo', [path])],
  ])('%s', (_, make) => {
    rmSync(path);
    make();
    expect(used()).toBeUndefined();
  });
});
