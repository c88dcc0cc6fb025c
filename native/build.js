// Builds the addon, the guard and the keeper if their sources changed since the last build:  npm run build
// With --install it builds them from nothing, unless npm's package has parts that fit this host:  npm run install
//
// Both commands need npm, which has node-gyp. node-gyp alone takes twice as long to find that nothing changed, and
// does not notice another version of Node.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { headersFolder, missingHeaders, missingPrograms } from './needs.js';
import { whyBuild } from './prebuilt.js';
import { digestSources, hashOf, hashSources, sha256 } from './sources.js';

/**
 * What a build depends on.
 * @typedef {object} Parts
 * @property {string} setting hash of Node's version, node-addon-api and binding.gyp
 * @property {Record<string, string>} sources the hash of each source file; empty when the build of that file did not
 * end
 */

const folder = fileURLToPath(new URL('.', import.meta.url));
const products = ['dropcap.node', 'dropcap-guard', 'dropcap-keeper'].map((name) =>
  join(folder, 'build/Release', name),
);
const record = join(folder, 'build/parts.json');
const description = join(folder, 'build/Release/built.json');

const installing = process.argv[2] === '--install';
const prebuilds = join(folder, 'prebuilds');
if (installing && existsSync(prebuilds)) {
  const reason = whyBuild(folder);
  if (reason === undefined) {
    // What an earlier build left would be loaded before the parts of the package.
    rmSync(join(folder, 'build'), { recursive: true, force: true });
    process.exit();
  }
  process.stderr.write(`dropcap builds its native code: ${reason}\n`);
}
const now = look();
const before = installing ? undefined : lastBuild();
if (before?.setting !== now.setting) {
  run('rebuild');
} else {
  const changed = Object.keys({ ...before.sources, ...now.sources }).filter(
    (name) => before.sources[name] !== now.sources[name],
  );
  if (changed.length > 0) {
    // Until the build ends, the products may be of the old sources or of the new sources.
    const unknown = Object.fromEntries(changed.map((name) => [name, '']));
    keep({ ...before, sources: { ...before.sources, ...unknown } });
    // make compiles files that are newer than their objects. A changed file may be older, if an old version was
    // restored.
    const time = new Date();
    for (const name of changed) if (name in now.sources) utimesSync(join(folder, name), time, time);
    run('build');
  }
}
if (process.exitCode === undefined) describeProducts();

/** @returns {Parts} */
function look() {
  const headers = nodeAddonApi();
  const setting = [
    `${process.version} ${process.arch}`,
    ...readdirSync(headers)
      .filter((name) => name.endsWith('.h'))
      .toSorted()
      .map((name) => `${name} ${hashOf(resolve(headers, name))}`),
    hashOf(join(folder, 'binding.gyp')),
  ];
  return { setting: sha256(setting.join('\n')), sources: hashSources(folder) };
}

/** The folder of node-addon-api's headers. Ends the build when the package is missing. @returns {string} */
function nodeAddonApi() {
  try {
    /** @type {{ include_dir: string }} */
    const { include_dir: headers } = createRequire(import.meta.url)('node-addon-api');
    return headers;
  } catch {
    fail('the package node-addon-api is missing (npm ci installs it, and builds)');
    return process.exit();
  }
}

/** @returns {Parts | undefined} undefined also when a product is missing */
function lastBuild() {
  try {
    return products.every((path) => existsSync(path)) ? JSON.parse(readFileSync(record, 'utf8')) : undefined;
  } catch {
    return undefined;
  }
}

/** @param {Parts} parts */
function keep(parts) {
  writeFileSync(record, JSON.stringify(parts));
}

/** @param {'build' | 'rebuild'} command */
function run(command) {
  rmSync(description, { force: true });
  const headers = headersFolder();
  const programs = missingPrograms();
  // Before a download: all that is missing on this machine in one go.
  const missing = programs.length > 0 ? programs : missingHeaders(headers);
  if (missing.length > 0) {
    for (const text of missing) fail(text);
    return;
  }
  const nodedir = headers === undefined ? [] : ['--nodedir', headers];
  const { status, error } = spawnSync('node-gyp', [command, '--directory', folder, ...nodedir], {
    stdio: 'inherit',
  });
  if (status === 0) {
    keep(now);
  } else {
    fail(error ? `${error.message} (npm has node-gyp: npm run build)` : 'see above');
  }
}

/** @param {string} reason */
function fail(reason) {
  process.stderr.write(`cannot build the native code: ${reason}\n`);
  process.exitCode = 1;
}

/** Writes beside the products what they were built from (src/binding/parts.ts reads this). */
function describeProducts() {
  /** @type {{ version: string }} */
  const { version } = JSON.parse(readFileSync(join(folder, '../package.json'), 'utf8'));
  const { version: node, arch } = process;
  const facts = { version, node, arch, sources: digestSources(folder) };
  writeFileSync(description, JSON.stringify(facts));
}
