import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { PROJECT } from '../support/packedPackage.js';

test('a test run without programs names them in one line', () => {
  const files = [
    'test/conformance/damage.test.ts',
    'test/conformance/summary.test.ts',
    'test/conformance/tools.test.ts',
  ];
  const vitest = [`${PROJECT}node_modules/vitest/vitest.mjs`, 'run', ...files];
  const { CI: _ci, ...env } = process.env;
  const { status, stderr } = spawnSync(process.execPath, vitest, {
    cwd: PROJECT,
    encoding: 'utf8',
    env: { ...env, PATH: '/nowhere' },
  });
  expect(status).toBe(0);
  expect(stderr.match(/^.*missing.*$/gm)).toEqual([
    expect.stringMatching(
      /^Tests were skipped, because these are missing: .*\btshark\b.* \(Debian: sudo apt install /,
    ),
  ]);
});
