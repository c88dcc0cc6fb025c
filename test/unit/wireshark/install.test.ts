import { createHash } from 'node:crypto';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InputError, OutputError } from '../../../src/errors.js';
import type { WiresharkFolders } from '../../../src/wireshark/folders.js';
import { type FileChange, install, uninstall } from '../../../src/wireshark/install.js';

const SOURCES = new URL('../../../src/wireshark/', import.meta.url);
const RECORD = 'installed-by-dropcap.json';

let home: string;
let folders: WiresharkFolders;
let plugin: string;
let profile: string;
let preferences: string;
let colors: string;
let record: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dropcap-install-'));
  folders = {
    plugins: join(home, 'lib/wireshark/plugins'),
    configuration: join(home, 'config'),
    extcap: join(home, 'config/extcap'),
    told: true,
  };
  plugin = join(folders.plugins, 'dropcap.lua');
  profile = join(folders.configuration, 'profiles/dropcap');
  preferences = join(profile, 'preferences');
  colors = join(profile, 'colorfilters');
  record = join(profile, RECORD);
});
afterEach(() => rmSync(home, { recursive: true }));

function source(name: string): string {
  return readFileSync(new URL(name, SOURCES), 'utf8');
}

function content(path: string): string {
  return readFileSync(path, 'utf8');
}

/** Every path below the home folder. */
function everything(): string[] {
  return readdirSync(home, { recursive: true, encoding: 'utf8' }).toSorted();
}

function byName(changes: readonly FileChange[]): Record<string, string> {
  return Object.fromEntries(changes.map(({ path, change }) => [basename(path), change]));
}

/** The files of the profile, in the order of their names. */
const PROFILE_FILES = ['colorfilters', 'preferences', 'profile_settings', 'recent'];

function all(change: FileChange['change'], names = PROFILE_FILES): Record<string, string> {
  return Object.fromEntries(['dropcap.lua', ...names, 'dropmon'].map((name) => [name, change]));
}

/** Makes an existing file look like one that an older version installed. */
function age(path: string, text: string): void {
  const before = content(path);
  writeFileSync(path, text);
  const hash = (bytes: string) => createHash('sha256').update(bytes).digest('hex');
  writeFileSync(record, content(record).replace(hash(before), hash(text)));
}

describe('install', () => {
  test('puts the files of the package where Wireshark reads them, and makes the folders', () => {
    expect(byName(install(folders))).toEqual(all('installed'));
    expect(content(plugin)).toBe(source('dropcap.lua'));
    for (const name of PROFILE_FILES) expect(content(join(profile, name))).toBe(source(`profile/${name}`));
    expect(readdirSync(profile).toSorted()).toEqual([...PROFILE_FILES, RECORD].toSorted());
    expect(readdirSync(folders.plugins)).toEqual(['dropcap.lua']);
  });

  test('does nothing the second time', () => {
    install(folders);
    const changedAt = () =>
      [plugin, preferences, colors, record].map((path) => statSync(path, { bigint: true }).ctimeNs);
    const before = changedAt();
    expect(byName(install(folders))).toEqual(all('unchanged'));
    expect(changedAt()).toEqual(before);
  });

  test('upgrades the files of an older version', () => {
    install(folders);
    age(plugin, 'older plugin');
    age(colors, 'older colours');
    const changes = { ...all('unchanged'), 'dropcap.lua': 'upgraded', colorfilters: 'upgraded' };
    expect(byName(install(folders))).toEqual(changes);
    expect([content(plugin), content(colors)]).toEqual([
      source('dropcap.lua'),
      source('profile/colorfilters'),
    ]);
    expect(byName(uninstall(folders))).toEqual(all('removed'));
  });

  test('does not change a file that was changed after its installation, and restores a removed file', () => {
    install(folders);
    writeFileSync(preferences, 'mine now');
    rmSync(plugin);
    const changes = { ...all('unchanged'), 'dropcap.lua': 'installed', preferences: 'edited' };
    expect(byName(install(folders))).toEqual(changes);
    expect(content(preferences)).toBe('mine now');
    expect(content(plugin)).toBe(source('dropcap.lua'));
  });

  test.each(['plugin', 'preferences'])('writes nothing when a %s is not from dropcap', (which) => {
    const path = which === 'plugin' ? plugin : preferences;
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, 'precious');
    const before = everything();
    expect(() => install(folders)).toThrow(OutputError);
    expect(() => install(folders)).toThrow(/that dropcap did not put there \(move it away\)/);
    expect(content(path)).toBe('precious');
    expect(everything()).toEqual(before);
  });

  test('leaves a file with the same content, and does not record it as installed', () => {
    mkdirSync(folders.plugins, { recursive: true });
    writeFileSync(plugin, source('dropcap.lua'));
    expect(byName(install(folders))).toEqual({ ...all('installed'), 'dropcap.lua': 'unchanged' });
    const { 'dropcap.lua': _, ...others } = all('removed');
    expect(byName(uninstall(folders))).toEqual(others);
    expect(content(plugin)).toBe(source('dropcap.lua'));
  });

  test.each([
    ['to a file', 'target'],
    ['to nothing', 'nothing'],
  ])('does not write through a link %s in the place of a file', (_, name) => {
    const target = join(home, name);
    if (name === 'target') writeFileSync(target, 'precious');
    for (const path of [plugin, colors]) {
      mkdirSync(join(path, '..'), { recursive: true });
      symlinkSync(target, path);
      expect(() => install(folders)).toThrow(/symbolic link \(remove it/);
      expect(lstatSync(path).isSymbolicLink()).toBe(true);
      rmSync(path);
    }
    expect(existsSync(target) && content(target)).toBe(name === 'target' && 'precious');
  });

  test('does not write through a link in the place of the record', () => {
    mkdirSync(profile, { recursive: true });
    symlinkSync(join(home, 'nothing'), record);
    expect(() => install(folders)).toThrow(/installed-by-dropcap.json: it is a symbolic link/);
    expect(everything()).not.toContain('nothing');
  });

  test.each(['plugins', 'configuration', 'profiles', 'profile'])('does not write into linked %s', (which) => {
    const places = { ...folders, profiles: join(folders.configuration, 'profiles'), profile };
    const path = String(places[which as keyof typeof places]);
    const target = join(home, 'elsewhere');
    mkdirSync(target);
    mkdirSync(join(path, '..'), { recursive: true });
    symlinkSync(target, path);
    expect(() => install(folders)).toThrow(/is a symbolic link \(nothing is written through links/);
    expect(readdirSync(target)).toEqual([]);
  });

  test("works where a folder above Wireshark's is a link", () => {
    mkdirSync(join(home, 'disk'));
    symlinkSync(join(home, 'disk'), join(home, 'lib'));
    install(folders);
    expect(existsSync(join(home, 'disk/wireshark/plugins/dropcap.lua'))).toBe(true);
    uninstall(folders);
    expect(everything()).toEqual(['disk', 'lib']);
  });

  test('reports when there is something else in place of a folder or a file', () => {
    writeFileSync(join(home, 'lib'), '');
    expect(() => install(folders)).toThrow(/lib\S*: it is not a folder/);
    rmSync(join(home, 'lib'));
    mkdirSync(plugin, { recursive: true });
    expect(() => install(folders)).toThrow(/it is not a regular file/);
  });

  test('writes nothing into a folder of another user', () => {
    // Only root can make a folder of another user. Other users take an existing one.
    const foreign = process.geteuid?.() === 0 ? join(home, 'foreign') : '/usr';
    if (foreign !== '/usr') {
      mkdirSync(foreign);
      chownSync(foreign, 65_534, 65_534);
    }
    expect(() => install({ ...folders, configuration: join(foreign, 'wireshark') })).toThrow(
      /belongs to another user \(run this as that user, without sudo\)/,
    );
    expect(everything().filter((path) => path !== 'foreign')).toEqual([]);
  });

  test('removes its new folders when it cannot make all folders, and reports which', () => {
    // The folder belongs to this user, but nothing can be made in it, not even by root.
    const configuration = '/proc/self/wireshark';
    expect(() => install({ ...folders, configuration })).toThrow(/cannot use \/proc\/self\/wireshark: /);
    expect(everything()).toEqual([]);
  });

  test.each(['', '{}', '[]', 'null', '{"files":{"a":1},"folders":[]}', '{"files":{},"folders":[1]}'])(
    'stops at a damaged record: %s',
    (text) => {
      mkdirSync(profile, { recursive: true });
      writeFileSync(record, text);
      expect(() => install(folders)).toThrow(InputError);
      expect(() => uninstall(folders)).toThrow(/is damaged \(remove it/);
      expect(existsSync(plugin)).toBe(false);
    },
  );
});

describe('uninstall', () => {
  test('removes everything, also the folders that were made for it', () => {
    install(folders);
    expect(byName(uninstall(folders))).toEqual(all('removed'));
    expect(everything()).toEqual([]);
  });

  test('does nothing when nothing was installed, even with files of the same names', () => {
    expect(uninstall(folders)).toEqual([]);
    mkdirSync(folders.plugins, { recursive: true });
    writeFileSync(plugin, source('dropcap.lua'));
    expect(uninstall(folders)).toEqual([]);
    expect(existsSync(plugin)).toBe(true);
  });

  test('keeps folders that existed before, even if they are empty', () => {
    mkdirSync(join(folders.configuration, 'profiles'), { recursive: true });
    install(folders);
    uninstall(folders);
    expect(everything()).toEqual(['config', 'config/profiles']);
  });

  test('keeps a changed file, and files that Wireshark put next to it', () => {
    install(folders);
    writeFileSync(preferences, `${content(preferences)}gui.x: 1\n`);
    writeFileSync(join(profile, 'disabled_protos'), 'of Wireshark');
    expect(byName(uninstall(folders))).toEqual({ ...all('removed'), preferences: 'edited' });
    expect(readdirSync(profile).toSorted()).toEqual(['disabled_protos', 'preferences']);
    expect(existsSync(join(home, 'lib'))).toBe(false);
    expect(uninstall(folders)).toEqual([]);
  });

  test('removes what Wireshark made of the column widths', () => {
    install(folders);
    writeFileSync(join(profile, 'recent'), 'of Wireshark');
    expect(byName(install(folders))).toEqual(all('unchanged'));
    expect(content(join(profile, 'recent'))).toBe('of Wireshark');
    expect(byName(uninstall(folders))).toEqual(all('removed'));
    expect(everything()).toEqual([]);
  });

  test('keeps column widths that were there before the profile', () => {
    mkdirSync(profile, { recursive: true });
    writeFileSync(join(profile, 'recent'), 'of Wireshark');
    expect(byName(install(folders))).toEqual({ ...all('installed'), recent: 'unchanged' });
    uninstall(folders);
    expect(readdirSync(profile)).toEqual(['recent']);
  });

  test('keeps a link in place of a file, and the file that it points to', () => {
    install(folders);
    const target = join(home, 'target');
    writeFileSync(target, source('dropcap.lua'));
    rmSync(plugin);
    symlinkSync(target, plugin);
    rmSync(colors);
    const changes = { ...all('removed'), 'dropcap.lua': 'edited', colorfilters: 'missing' };
    expect(byName(uninstall(folders))).toEqual(changes);
    expect([lstatSync(plugin).isSymbolicLink(), content(target)]).toEqual([true, source('dropcap.lua')]);
  });

  test('removes no other file or folder, whatever the record says', () => {
    install(folders);
    const other = join(home, 'other');
    mkdirSync(other);
    const forged = JSON.parse(content(record)) as { files: Record<string, string[]>; folders: string[] };
    forged.folders.push(other, join(home, 'no'), join(home, 'li'));
    forged.files['../../../x'] = forged.files['dropcap.lua']!;
    writeFileSync(join(home, 'x'), source('dropcap.lua'));
    writeFileSync(record, JSON.stringify(forged));
    uninstall(folders);
    expect(everything()).toEqual(['other', 'x']);
  });
});
