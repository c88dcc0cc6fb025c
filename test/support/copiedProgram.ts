import { cpSync, mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT } from './packedPackage.js';

/**
 * Copies the program with its native parts, as built now, into a new folder: a test may damage the copy. The caller removes
 * the folder.
 * @returns path of the folder
 */
export function copyProgram(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dropcap-copy-'));
  for (const part of [
    'bin',
    'dist/start.cjs',
    'dist/program.cjs',
    'dist/explanations.cjs',
    'dist/page.cjs',
    'package.json',
  ]) {
    cpSync(join(PROJECT, part), join(folder, part), { recursive: true });
  }
  const release = 'native/build/Release';
  mkdirSync(join(folder, release), { recursive: true });
  for (const part of ['dropcap.node', 'dropcap-guard', 'dropcap-keeper', 'built.json']) {
    cpSync(join(PROJECT, release, part), join(folder, release, part));
  }
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
