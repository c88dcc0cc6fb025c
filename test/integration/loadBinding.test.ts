import { accessSync, constants } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.doUnmock('node:module');
  vi.resetModules();
});

describe('loadBinding', () => {
  test('loads the addon once', async () => {
    const { loadBinding } = await import('../../src/binding/load.js');
    expect(loadBinding()).toBe(loadBinding());
  });

  test('throws an error that says what to do when there is no addon', async () => {
    const cause = new Error('No native build was found for platform=linux\n');
    vi.doMock('node:module', () => ({
      createRequire: () => () => () => {
        throw cause;
      },
    }));
    vi.resetModules();
    const { loadBinding } = await import('../../src/binding/load.js');
    expect(loadBinding).toThrow(
      expect.objectContaining({
        name: 'BindingError',
        code: 'ERR_DROPCAP_BINDING',
        message:
          'cannot load the native addon: No native build was found for platform=linux ' +
          '(build it with `npm rebuild dropcap`, which needs python3, make and g++)',
        cause,
      }),
    );
  });
});

describe('guardPath', () => {
  test("is a program in the addon's folder", async () => {
    const { guardPath } = await import('../../src/binding/load.js');
    expect(guardPath()).toMatch(/\/native\/build\/Release\/dropcap-guard$/);
    expect(() => accessSync(guardPath(), constants.X_OK)).not.toThrow();
  });

  test('throws an error that says what to do when there is no guard', async () => {
    const path = () => '/nowhere/build/Release/dropcap.node';
    vi.doMock('node:module', () => ({ createRequire: () => () => ({ path }) }));
    vi.resetModules();
    const { guardPath } = await import('../../src/binding/load.js');
    expect(guardPath).toThrow(
      expect.objectContaining({
        code: 'ERR_DROPCAP_BINDING',
        message:
          "cannot find the guard: ENOENT: no such file or directory, access '/nowhere/build/Release/dropcap-guard' " +
          '(build it with `npm rebuild dropcap`, which needs python3, make and g++)',
      }),
    );
  });
});
