import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const project = fileURLToPath(new URL('../../../', import.meta.url));

/** The files with a compile error when there is one more origin. */
function complaints(folder: string): string[] {
  const tsc = join(project, 'node_modules/typescript/bin/tsc');
  try {
    execFileSync(process.execPath, [tsc, '-p', join(folder, 'tsconfig.json')], {
      encoding: 'utf8',
      cwd: folder,
    });
    return [];
  } catch (error) {
    const { stdout } = error as { stdout: string };
    return [
      ...new Set(Array.from(stdout.matchAll(/^(\S+)\(\d+,\d+\): error/gm), ([, path]) => path!)),
    ].toSorted();
  }
}

test('a third origin is a compile error wherever code depends on the origin', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dropcap-origins-'));
  try {
    cpSync(join(project, 'src'), join(folder, 'src'), { recursive: true });
    cpSync(join(project, 'package.json'), join(folder, 'package.json'));
    symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
    const config = JSON.parse(readFileSync(join(project, 'tsconfig.json'), 'utf8')) as object;
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...config, include: ['src'] }));
    expect(complaints(folder)).toEqual([]);
    const path = join(folder, 'src/drop/origin.ts');
    const text = readFileSync(path, 'utf8');
    const union = "'software' | 'hardware'";
    expect(text).toContain(union);
    writeFileSync(path, text.replace(union, `${union} | 'xdp'`));
    expect(complaints(folder)).toEqual([
      'src/cli/captureCommand.ts', // The origins that NET_DM can monitor.
      'src/dropmon/alertWriter.ts',
      'src/metadata/comment.ts',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
