import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { FileBinding } from '../../../src/binding/contract.js';
import { lockFile } from '../../../src/outlet/lockFile.js';

const loaded = vi.hoisted(() => ({ binding: null as FileBinding | null }));
vi.mock('../../../src/binding/load.js', () => ({ loadFileBinding: () => loaded.binding }));

const seekFile = vi.fn<FileBinding['seekFile']>();

describe('lockFile', () => {
  beforeEach(() => (loaded.binding = null));

  test.each([true, false])('returns what the addon says: %s', (taken) => {
    const asked = vi.fn<FileBinding['lockFile']>(() => taken);
    loaded.binding = { lockFile: asked, isReaderGone: () => false, seekFile };
    expect(lockFile(7)).toBe(taken);
    expect(asked).toHaveBeenCalledWith(7);
  });

  test('locks nothing without the addon, and on a file system without locks', () => {
    expect(lockFile(7)).toBe(true);
    loaded.binding = {
      isReaderGone: () => false,
      lockFile: () => {
        throw Object.assign(new Error('flock: no locks available'), { errno: 37 });
      },
      seekFile,
    };
    expect(lockFile(7)).toBe(true);
  });
});
