// Bundles the library and the program into dist, with what they use of other packages: Node takes almost half
// a millisecond to load a file, and they are a hundred (test/bench/start.js).
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

/** @type {import('esbuild').BuildOptions} */
const options = {
  bundle: true,
  entryNames: '[name]',
  outdir: 'dist',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  external: ['node-gyp-build'],
};
rmSync('dist', { recursive: true, force: true });
await build({ ...options, entryPoints: ['src/index.ts'] });
const { metafile } = await build({
  ...options,
  entryPoints: ['src/cli/main.ts'],
  // What a command alone needs is loaded when it runs.
  splitting: true,
  metafile: true,
  // For commander, which is CommonJS.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);",
  },
});

// Whoever hands on a package's code hands on its license. The library has no package that the program has not.
const folders = new Set(
  Object.keys(metafile.inputs).flatMap((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []),
);
const licenses = [...folders].map((folder) => {
  const name = folder.replace('node_modules/', '');
  return `The files here contain code of ${name}:\n\n${readFileSync(`${folder}/LICENSE`, 'utf8').trim()}\n`;
});
writeFileSync('dist/LICENSES', licenses.join('\n\n'));
