import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const project = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, project), 'utf8');

test('what is in the bundles need not be installed beside them', () => {
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: object };
  const licenses = read('dist/LICENSES');
  const bundled = Array.from(
    licenses.matchAll(/^The files here contain code of (.*):$/gm),
    ([, name]) => name,
  );
  expect(bundled).toEqual(['commander']);
  expect(Object.keys(dependencies).filter((name) => bundled.includes(name))).toEqual([]);
});
