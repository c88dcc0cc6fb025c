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

  test('says what to do when there is no addon', async () => {
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
