import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkLayout, loadBinding } from '../../../src/binding/load.js';
import { COLUMNS, LAYOUT } from '../../../src/drop/layout.js';
import { BindingError } from '../../../src/errors.js';
import { recordingPath } from '../../support/tools.js';

const project = fileURLToPath(new URL('../../../', import.meta.url));

describe('the layout of a batch', () => {
  test('is the same in the addon', () => {
    expect((loadBinding() as { layout?: string }).layout).toBe(LAYOUT);
  });

  test.each<[string, { layout?: string }]>([
    ['an older addon has no description', {}],
    ['a column is missing', { layout: LAYOUT.replace(` ${COLUMNS[3].join(':')}`, '') }],
    [
      'two columns changed places',
      { layout: LAYOUT.replace('timestampLow:u32 timestampHigh', 'timestampHigh:u32 timestampLow') },
    ],
    ['a constant differs', { layout: LAYOUT.replace('unresolved 255', 'unresolved 254') }],
  ])('is refused, with what to run: %s', (_, addon) => {
    expect(addon.layout).not.toBe(LAYOUT);
    expect(() => checkLayout(addon)).toThrow(BindingError);
    expect(() => checkLayout(addon)).toThrow(/built for another version of dropcap.*npm run build/);
  });

  test('ends the program when the addon has another one, and reads no drop with it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'dropcap-layout-'));
    try {
      for (const name of ['bin', 'dist', 'package.json']) {
        cpSync(join(project, name), join(folder, name), { recursive: true });
      }
      for (const name of ['native', 'node_modules']) symlinkSync(join(project, name), join(folder, name));
      const program = join(folder, 'dist/program.cjs');
      const text = readFileSync(program, 'utf8');
      expect(text).toContain('["lostBefore","u32"]');
      writeFileSync(program, text.replace('["lostBefore","u32"]', '["lostBefore","u64"]'));
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [join(folder, 'bin/dropcap.js'), '-q', '-r', recordingPath('dwdump')],
        { encoding: 'utf8' },
      );
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(
        /^dropcap: cannot use the native addon: it was built for another version.*npm run build/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
