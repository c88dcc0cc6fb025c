import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { InputError } from '../../../src/errors.js';
import { findFolders } from '../../../src/wireshark/folders.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dropcap-folders-'));
  vi.stubEnv('HOME', home);
  vi.stubEnv('XDG_CONFIG_HOME', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

/** A program in place of tshark. */
function tshark(script: string): string {
  const path = join(home, 'tshark of a test; false');
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

const CONFIGURATION = 'Personal configuration:\\t/home/me/my config/wireshark\\n';
const PLUGINS = 'Personal Lua Plugins:\\t/home/me/plug ins\\n';

describe('findFolders', () => {
  test('takes the folders that tshark reports, and calls tshark with fixed arguments', async () => {
    const others =
      'Personal Plugins:    \\t/no\\nGlobal Lua Plugins:  \\t/no\\nGlobal configuration:\\t/no\\n';
    const program = tshark(`[ "$*" = "-G folders" ] && printf '${CONFIGURATION}${others}${PLUGINS}'`);
    expect(await findFolders(program)).toEqual({
      configuration: '/home/me/my config/wireshark',
      plugins: '/home/me/plug ins',
      extcap: '/home/me/my config/wireshark/extcap',
      told: true,
    });
  });

  test('takes the extcap folder that later versions report', async () => {
    const others = 'Extcap path:\\t/no\\nPersonal Extcap path:\\t/home/me/ext cap\\n';
    const program = tshark(`printf '${CONFIGURATION}${PLUGINS}${others}'`);
    expect((await findFolders(program)).extcap).toBe('/home/me/ext cap');
  });

  test.each([
    ['was built without Lua', `printf '${CONFIGURATION}'`, /takes no Lua plugins/],
    ['reports no configuration', `printf '${PLUGINS}'`, /reports no folder for the personal configuration/],
    ['reports a path that is not absolute', `printf 'Personal configuration:\\tx\\n'`, /reports no folder/],
    ['fails', 'echo broken >&2; exit 3', /cannot ask .*for its folders: .*broken/s],
  ])('fails with a reason when tshark %s', async (_, script, text) => {
    const asked = findFolders(tshark(script));
    await expect(asked).rejects.toThrow(InputError);
    await expect(asked).rejects.toThrow(text);
  });

  test('says in plain words that tshark may not run', async () => {
    const program = tshark('exit 0');
    chmodSync(program, 0o644);
    await expect(findFolders(program)).rejects.toThrow(
      `cannot ask ${program} for its folders: permission denied`,
    );
  });

  const missing = '/nowhere/tshark';

  test('takes the usual folders without tshark, and does not claim that tshark reported them', async () => {
    expect(await findFolders(missing)).toEqual({
      configuration: join(home, '.config/wireshark'),
      plugins: join(home, '.local/lib/wireshark/plugins'),
      extcap: join(home, '.local/lib/wireshark/extcap'),
      told: false,
    });
  });

  test('takes XDG_CONFIG_HOME without tshark, if it is absolute', async () => {
    vi.stubEnv('XDG_CONFIG_HOME', '/somewhere');
    expect((await findFolders(missing)).configuration).toBe('/somewhere/wireshark');
    vi.stubEnv('XDG_CONFIG_HOME', 'somewhere');
    expect((await findFolders(missing)).configuration).toBe(join(home, '.config/wireshark'));
  });

  test('takes ~/.wireshark without tshark, if only that folder exists', async () => {
    mkdirSync(join(home, '.wireshark'));
    expect((await findFolders(missing)).configuration).toBe(join(home, '.wireshark'));
    mkdirSync(join(home, '.config/wireshark'), { recursive: true });
    expect((await findFolders(missing)).configuration).toBe(join(home, '.config/wireshark'));
  });
});
