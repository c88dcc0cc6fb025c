import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bash, fish, zsh } from './completions.mjs';
import { manPage } from './manPage.mjs';
import { epoch } from './run.mjs';

/**
 * Writes the man page and the completions, made of the program's own options.
 * @param {string} share a folder for them, laid out as /usr/share; beside it, there is dist
 */
export async function writeTexts(share) {
  const program = await loadProgram(join(share, '../dist/commands.mjs'));
  /** @type {Readonly<Record<string, string>>} */
  const texts = {
    'man/man1/dropcap.1': manPage(program, new Date(epoch() * 1000)),
    'bash-completion/completions/dropcap': bash(program),
    'zsh/site-functions/_dropcap': zsh(program),
    'fish/vendor_completions.d/dropcap.fish': fish(program),
  };
  for (const [name, text] of Object.entries(texts)) {
    const path = join(share, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/**
 * The program as commander has it. It is TypeScript, so it is bundled first. @param {string} bundle path of a temporary file
 * @returns {Promise<import('commander').Command>}
 */
async function loadProgram(bundle) {
  await build({
    entryPoints: ['src/cli/program.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: bundle,
    packages: 'external',
  });
  const { buildProgram } = await import(pathToFileURL(bundle).href);
  rmSync(bundle);
  return buildProgram(() => {});
}
