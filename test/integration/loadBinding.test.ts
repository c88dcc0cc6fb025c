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
    const cause = new Error('No native build was found for platform=linux\n    loaded from: /x\n');
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
          'cannot load the native addon: No native build was found for platform=linux: loaded from: /x ' +
          '(build it with `npm run build`, which needs python3, make and g++)',
        cause,
      }),
    );
  });
});

describe('howToBuild', () => {
  test.each([
    ['/home/me/src/dropcap/', 'npm run build'],
    ['/home/me/app/node_modules/dropcap/', 'npm rebuild dropcap'],
    ['/usr/lib/node_modules/dropcap/', 'npm rebuild -g dropcap'],
    ['/home/me/.nvm/versions/node/v20.19.0/lib/node_modules/dropcap/', 'npm rebuild -g dropcap'],
  ])('names the command for a package in %s', async (folder, command) => {
    const { howToBuild } = await import('../../src/binding/load.js');
    expect(howToBuild(folder)).toBe(`build it with \`${command}\`, which needs python3, make and g++`);
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
          'cannot find the guard: /nowhere/build/Release/dropcap-guard: no such file or folder ' +
          '(build it with `npm run build`, which needs python3, make and g++)',
      }),
    );
  });
});
