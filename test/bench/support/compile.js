import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Compiles a program of test/bench/native into a folder. Returns its path.
 * @param {string} name
 * @param {string} folder
 */
export function compileProgram(name, folder) {
  const source = fileURLToPath(new URL(`../native/${name}.c`, import.meta.url));
  const program = join(folder, name);
  const { status, error } = spawnSync('cc', ['-O2', '-Wall', '-o', program, source], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`cannot compile ${source}`, { cause: error });
  return program;
}
