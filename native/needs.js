// What a build of the native code needs on this machine. Checked before node-gyp, whose own errors are pages long.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** @typedef {{ name: string, found: () => boolean, fix: string }} Need */

/** Compiled and linked as binding.gyp does: some distributions have the static library in a package of its own. */
const PROGRAM = `#include <concepts>
#include <cstdint>
#include <span>
#include <string>
template <std::integral T> T first(std::span<const T> all) { return all.empty() ? T{} : all.front(); }
int main() { const std::uint8_t bytes[] = {0}; return first<std::uint8_t>(bytes) + static_cast<int>(std::string{}.size()); }
`;
const { env } = process;

/**
 * The programs that are missing, each as a sentence that says what to do.
 * @returns {string[]}
 */
export function missingPrograms() {
  /** @type {Need[]} */
  const needs = [
    {
      name: 'python3 (3.6 or later) is missing',
      found: hasPython,
      fix: 'Debian: sudo apt install python3; Fedora: sudo dnf install python3',
    },
    {
      name: 'make is missing',
      found: () => runs(env['MAKE'] ?? 'make', ['--version']),
      fix: 'Debian: sudo apt install make; Fedora: sudo dnf install make',
    },
    compilerNeed(env['CXX'] ?? 'g++'),
  ];
  return needs.filter(({ found }) => !found()).map(({ name, fix }) => `${name} (${fix})`);
}

/**
 * The folder with the headers of Node: the one that the user names, else that of this Node, as in nodejs.org's archive.
 * Undefined when node-gyp must look in its cache or download them.
 * @returns {string | undefined}
 */
export function headersFolder() {
  const given = env['npm_config_nodedir'];
  if (given) return given;
  const prefix = dirname(dirname(process.execPath));
  return headersVersion(prefix) === process.version ? prefix : undefined;
}

/**
 * Makes node-gyp download the headers, unless a folder or node-gyp's cache has them.
 * @param {string | undefined} folder from headersFolder
 * @returns {string[]} a sentence for headers that cannot be had
 */
export function missingHeaders(folder) {
  const node = process.version;
  const fix =
    'use a Node that comes with them, as from nodejs.org or NodeSource, or name their folder, which has include/node/node.h: ' +
    'npm config set nodedir FOLDER';
  if (folder !== undefined) {
    const home = folder.replace(/^~/, homedir());
    if (headersVersion(home) !== undefined || existsSync(join(home, 'src/node_version.h'))) return [];
    return [`headers of Node are not in ${folder}, which the option nodedir of npm names (${fix})`];
  }
  const { status, error, stderr } = spawnSync('node-gyp', ['install', '--ensure'], { encoding: 'utf8' });
  // Without node-gyp, its next call fails with an error of its own.
  if (status === 0 || error) return [];
  const reason = /^gyp ERR! stack (?:\w*Error: )?(.*)$/m.exec(stderr)?.[1] ?? `status ${status}`;
  return [`the headers of Node ${node} are missing, and cannot be downloaded: ${reason} (${fix})`];
}

/**
 * The version of the headers in a folder: `v20.20.2`; undefined when there are none.
 * @param {string} folder
 */
function headersVersion(folder) {
  try {
    const text = readFileSync(join(folder, 'include/node/node_version.h'), 'utf8');
    const numbers = ['MAJOR', 'MINOR', 'PATCH'].map(
      (part) => new RegExp(`^#define NODE_${part}_VERSION (\\d+)$`, 'm').exec(text)?.[1],
    );
    return `v${numbers.join('.')}`;
  } catch {
    return undefined;
  }
}

function hasPython() {
  const given = env['NODE_GYP_FORCE_PYTHON'] ?? env['npm_config_python'] ?? env['PYTHON'];
  const code = 'import sys; sys.exit(sys.version_info < (3, 6))';
  return [...(given ? [given] : []), 'python3', 'python'].some((program) => runs(program, ['-c', code]));
}

/**
 * @param {string} compiler
 * @returns {Need}
 */
function compilerNeed(compiler) {
  const fix = 'Debian: sudo apt install g++; Fedora: sudo dnf install gcc-c++ libstdc++-static';
  if (!runs(compiler, ['--version']))
    return { name: `the C++ compiler ${compiler} is missing`, found: () => false, fix };
  const name = `${compiler} cannot build C++20 with a static libstdc++: g++ 10 or later is needed`;
  return { name, found: () => compiles(compiler), fix };
}

/** @param {string} compiler */
function compiles(compiler) {
  const folder = mkdtempSync(join(tmpdir(), 'dropcap-needs-'));
  try {
    const flags = [
      '-std=c++20',
      '-static-libstdc++',
      '-static-libgcc',
      '-x',
      'c++',
      '-',
      '-o',
      join(folder, 'a'),
    ];
    return runs(compiler, flags, PROGRAM);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Whether a command ends with success. The command may have options, as in CXX='ccache g++'.
 * @param {string} command
 * @param {string[]} args
 * @param {string} [input]
 */
function runs(command, args, input = '') {
  const [program = '', ...options] = command.split(' ').filter((word) => word !== '');
  return (
    spawnSync(program, [...options, ...args], { input, stdio: ['pipe', 'ignore', 'ignore'] }).status === 0
  );
}
