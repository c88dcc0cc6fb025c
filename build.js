// Bundles the library and the program into dist, with the code that they use of other packages. Node takes almost half
// a millisecond to load a file, and there are a hundred files (test/bench/start.js).
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { commitOf } from './commit.js';
import { digestSources } from './native/sources.js';

const { build } = await import('esbuild').catch(() => {
  process.stderr.write(
    'cannot build dropcap: the package esbuild is missing (npm ci, without --omit=dev, installs it)\n',
  );
  process.exit(1);
});

/** @type {import('esbuild').BuildOptions} */
const options = { bundle: true, platform: 'node', target: 'node20', external: ['node-gyp-build'] };
/**
 * commander can run subcommands that are separate programs. dropcap has none, and loading node:child_process takes a
 * tenth of `dropcap --version`.
 * @type {import('esbuild').Plugin}
 */
const leaveOut = {
  name: 'leave out',
  setup(bundle) {
    bundle.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/node_modules/commander/')
        ? { path: 'nothing', namespace: 'nothing' }
        : { path: 'node:child_process', external: true },
    );
    bundle.onLoad({ filter: /./, namespace: 'nothing' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/**
 * What only a few commands need, each in a file of its own that the program loads then: the size of the program is a part of
 * each start. These modules must have no state, and no class that others test for: the program may have them too.
 */
const APART = new Map([
  ['src/explain/tables.ts', 'explanations.cjs'],
  ['src/report/html/page.ts', 'page.cjs'],
]);
/** @type {import('esbuild').Plugin} */
const keepApart = {
  name: 'keep apart',
  setup(bundle) {
    bundle.onResolve({ filter: /\/(tables|page)\.js$/ }, ({ path, resolveDir }) => {
      const file = APART.get(relative('.', resolve(resolveDir, path)).replace(/\.js$/, '.ts'));
      return file === undefined ? undefined : { path: `./${file}`, external: true };
    });
  },
};

/** For CommonJS, which has no import.meta.url. */
const importMetaUrl = {
  define: { 'import.meta.url': 'programUrl' },
  banner: { js: "const programUrl = require('node:url').pathToFileURL(__filename).href;" },
};

/** What src/builtFrom.ts gives the program. @type {import('./src/builtFrom.js').BuiltFrom} */
const builtFrom = { commit: commitOf('.'), nativeSources: digestSources('native') };

rmSync('dist', { recursive: true, force: true });
await build({
  ...options,
  format: 'esm',
  entryPoints: ['src/index.ts'],
  outfile: 'dist/index.js',
  external: ['node-gyp-build', 'stream-chain'],
});
const { metafile: programFile } = await build({
  ...options,
  // Node has loaded its CommonJS loader when it starts.
  format: 'cjs',
  entryPoints: ['src/cli/main.ts'],
  outfile: 'dist/program.cjs',
  // A vm.Script cannot use import().
  supported: { 'dynamic-import': false },
  ...importMetaUrl,
  define: { ...importMetaUrl.define, DROPCAP_BUILT_FROM: JSON.stringify(builtFrom) },
  plugins: [leaveOut, keepApart],
  // A start reads the whole file, so a smaller one starts faster. Names stay, and lines are short: for stacks in bug reports.
  minifyWhitespace: true,
  lineLimit: 200,
  metafile: true,
});
const bundled = Object.keys(programFile.inputs);
for (const [module, file] of APART) {
  const { metafile } = await build({
    ...options,
    format: 'cjs',
    entryPoints: [module],
    outfile: `dist/${file}`,
    metafile: true,
  });
  bundled.push(...Object.keys(metafile.inputs));
}
// src/start.ts takes bytes for characters. esbuild escapes what is not ASCII in strings, but not in regular expressions.
if (readFileSync('dist/program.cjs').some((byte) => byte > 0x7f)) {
  throw new Error('dist/program.cjs is not ASCII: escape the characters of a regular expression (\\u2026)');
}
await build({ ...options, format: 'cjs', entryPoints: ['src/start.ts'], outfile: 'dist/start.cjs' });
await build({
  ...options,
  format: 'cjs',
  entryPoints: ['src/extcap/answer.ts'],
  outfile: 'dist/extcap.cjs',
  ...importMetaUrl,
});

// Licenses require that their text comes with the code. The library bundles no package.
const folders = new Set(bundled.flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []));
const licenses = [...folders].map((folder) => {
  const name = folder.replace('node_modules/', '');
  const file = readdirSync(folder).find((entry) => entry.toUpperCase() === 'LICENSE');
  return `The files here contain code of ${name}:\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
});
writeFileSync('dist/LICENSES', licenses.join('\n\n'));

// V8 accepts code only if it was made with the same flags as those of the running Node.
const env = { ...process.env, NODE_OPTIONS: '' };
execFileSync(process.execPath, ['bin/compile.js'], { stdio: 'inherit', env });
