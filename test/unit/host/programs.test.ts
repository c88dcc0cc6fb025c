import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { findProgram } from '../../../src/host/programs.js';
import { PROGRAM, temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();
const at = (...names: string[]) => join(folder, ...names);

beforeAll(() => {
  for (const name of ['first', 'second', 'plain', 'directory']) mkdirSync(at(name));
  for (const name of ['first', 'second', 'plain']) writeFileSync(at(name, 'tshark'), '#!/bin/sh\n');
  for (const name of ['first', 'second']) chmodSync(at(name, 'tshark'), 0o755);
  mkdirSync(at('directory', 'tshark'));
  mkdirSync(at('link'));
  symlinkSync(at('second', 'tshark'), at('link', 'tshark'));
});

describe('findProgram', () => {
  test('finds the first program of PATH, past files that cannot run, folders, and paths that are not absolute', () => {
    const find = (...folders: string[]) => findProgram('tshark', folders.join(':'));
    expect(find(at('first'), at('second'))).toBe(at('first', 'tshark'));
    expect(find('', '.', 'first', at('plain'), at('directory'), at('none'), at('second'))).toBe(
      at('second', 'tshark'),
    );
    expect(find(at('link'))).toBe(at('link', 'tshark'));
    expect(find(at('plain'))).toBeUndefined();
  });

  test.each([
    ['first', (path: string) => `ok    tshark: ${path}\n`],
    ['plain', () => 'note  tshark: not found in PATH\n'],
  ])('decides what doctor says of tshark: PATH %s', (name, text) => {
    const env = { ...process.env, PATH: at(name) };
    const { stdout } = spawnSync(process.execPath, [PROGRAM, 'doctor'], { encoding: 'utf8', env });
    expect(stdout).toContain(text(at(name, 'tshark')));
  });
});
