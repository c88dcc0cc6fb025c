import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProgramFacts } from '../../../src/cli/programFacts.js';
import { versionLines } from '../../../src/cli/versionText.js';
import { copyProgram } from '../../support/copiedProgram.js';
import { PROJECT } from '../../support/packedPackage.js';
import { lacksTools, PROGRAM, run } from '../../support/tools.js';

const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };
const NATIVE = 'native/build/Release';

/** The lines of `--version`, by their first word. Expects success. */
function ask(program: string, ...args: string[]): Record<string, string> {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return Object.fromEntries(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => [/^\w+/.exec(line)![0], line.replace(/^\w+:? +/, '')]),
  );
}

describe('dropcap --version', () => {
  test('says which dropcap this is, and what it runs with', () => {
    const { stdout } = run(process.execPath, [PROGRAM, '--version']);
    expect(stdout.split('\n')[0]).toBe(`dropcap ${version}`);
    const lines = ask(PROGRAM, '--version');
    expect(lines).toEqual({
      dropcap: version,
      commit: expect.stringMatching(/^([0-9a-f]{12}(, with changes that are not committed)?|not known .*)$/),
      node: `${process.version} (${process.arch})`,
      libpcap: expect.stringMatching(/^(\d+\.\d+|not found)/),
      addon: expect.stringMatching(
        new RegExp(
          `^built here with Node v.*, for dropcap ${version.replaceAll('.', '\\.')}, from this dropcap's sources$`,
        ),
      ),
      guard: 'found, built with the addon',
      keeper: 'found, built with the addon',
    });
  });

  test.skipIf(lacksTools('git'))('names a commit of this repository', () => {
    const { commit } = ask(PROGRAM, '--version');
    const inGit = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: PROJECT }).status === 0;
    const hash = /^[0-9a-f]{12}/.exec(commit!)?.[0];
    expect(hash !== undefined).toBe(inGit);
    if (inGit) execFileSync('git', ['cat-file', '-e', `${hash}^{commit}`], { cwd: PROJECT });
  });

  test('is answered wherever it is, like --help', () => {
    expect(ask(PROGRAM, '-q', '--version', 'no', '--such')).toEqual(ask(PROGRAM, '--version'));
  });
});

describe('dropcap --version of a damaged installation', () => {
  let folder: string;
  beforeEach(() => {
    folder = copyProgram();
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const askCopy = () => ask(join(folder, 'bin/dropcap.js'), '--version');

  test('says that the native parts are missing, and what to do', () => {
    rmSync(join(folder, NATIVE), { recursive: true });
    const missing = /No native build was found.*\(build it with `npm run build`/;
    expect(askCopy()).toMatchObject({
      dropcap: version,
      libpcap: 'not known, because the addon finds it',
      addon: expect.stringMatching(missing),
      guard: expect.stringMatching(missing),
      keeper: expect.stringMatching(missing),
    });
  });

  test('says that the guard is missing', () => {
    rmSync(join(folder, NATIVE, 'dropcap-guard'));
    expect(askCopy()).toMatchObject({
      addon: expect.stringMatching(/^built here/),
      guard: expect.stringMatching(/^cannot find the guard: .*no such file or folder \(build it with/),
      keeper: 'found, built with the addon',
    });
  });

  test('says why the addon cannot be loaded', () => {
    writeFileSync(join(folder, NATIVE, 'dropcap.node'), 'no ELF file. '.repeat(100));
    expect(askCopy()).toMatchObject({
      addon: expect.stringMatching(/^cannot load the native addon: .*invalid ELF header/),
      guard: 'found, built with the addon',
    });
  });

  test('says that the native parts are of other sources', () => {
    const path = join(folder, NATIVE, 'built.json');
    const facts = JSON.parse(readFileSync(path, 'utf8')) as object;
    writeFileSync(path, JSON.stringify({ ...facts, sources: '0'.repeat(16), version: '0.0.9' }));
    expect(askCopy()['addon']).toMatch(
      /for dropcap 0\.0\.9, not from this dropcap's sources \(build it with `npm run build`/,
    );
    rmSync(path);
    expect(askCopy()['addon']).toBe('built here, from sources that are not known');
  });
});

test('versionLines says what is not known', () => {
  const usable = { state: 'usable', problem: null } as const;
  const facts: ProgramFacts = {
    version: '1.2.3',
    commit: null,
    node: 'v20.0.0',
    arch: 'arm64',
    libpcap: null,
    parts: {
      addon: usable,
      guard: usable,
      keeper: usable,
      prebuilt: true,
      version: null,
      node: null,
      arch: null,
      sameSources: true,
    },
  };
  expect(versionLines(facts).slice(1, 5)).toEqual([
    'commit:  not known (not built in a git checkout)',
    'node:    v20.0.0 (arm64)',
    'libpcap: not found (only filters with terms about packets need it)',
    "addon:   from the package, from this dropcap's sources",
  ]);
  expect(versionLines({ ...facts, commit: '52925c3d1f2a-dirty' })[1]).toBe(
    'commit:  52925c3d1f2a, with changes that are not committed',
  );
});
