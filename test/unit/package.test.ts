import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('what is in the bundles need not be installed beside them', () => {
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: object };
  const licenses = read('dist/LICENSES');
  const bundled = Array.from(
    licenses.matchAll(/^The files here contain code of (.*):$/gm),
    ([, name]) => name,
  );
  expect(bundled).toEqual(expect.arrayContaining(['commander', 'stream-chain']));
  expect(Object.keys(dependencies).filter((name) => bundled.includes(name))).toEqual([]);
});
