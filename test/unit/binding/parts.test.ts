import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { inspectParts, readOrigin } from '../../../src/binding/parts.js';
import { temporaryFolder } from '../../support/tools.js';

const DIGEST = '0123456789abcdef';
const UNKNOWN = { version: null, node: null, arch: null, sameSources: null };

describe('readOrigin', () => {
  const folder = temporaryFolder();
  const good = { version: '1.2.3', node: 'v20.20.2', arch: 'x64', sources: DIGEST };
  const write = (facts: unknown) =>
    writeFileSync(join(folder, 'built.json'), typeof facts === 'string' ? facts : JSON.stringify(facts));

  beforeEach(() => write(good));

  test('compares the sources of the native parts with those of the program', () => {
    const { sources: _, ...rest } = good;
    expect(readOrigin(folder, DIGEST)).toEqual({ ...rest, sameSources: true });
    expect(readOrigin(folder, DIGEST.replace('f', '0'))).toEqual({ ...rest, sameSources: false });
    expect(readOrigin(folder, null)).toEqual({ ...rest, sameSources: null });
  });

  test.each<[string, unknown]>([
    ['has no text', ''],
    ['is no object', '"1.2.3"'],
    ['is null', 'null'],
    ['has values of other types', { version: 1, node: {}, arch: null, sources: [DIGEST] }],
    [
      'has values that a terminal would obey',
      { version: '1\u001b[2J', node: 'v2\n', arch: 'x 64', sources: 'x' },
    ],
  ])('knows nothing from a file that %s', (_, facts) => {
    write(facts);
    expect(readOrigin(folder, DIGEST)).toEqual(UNKNOWN);
  });

  test('knows nothing without a file or a folder', () => {
    expect(readOrigin(join(folder, 'none'), DIGEST)).toEqual(UNKNOWN);
    expect(readOrigin(undefined, DIGEST)).toEqual(UNKNOWN);
  });
});

test('inspectParts finds what was built here', () => {
  const usable = { state: 'usable', problem: null };
  expect(inspectParts()).toMatchObject({
    addon: usable,
    guard: usable,
    keeper: usable,
    prebuilt: false,
    arch: process.arch,
  });
});
