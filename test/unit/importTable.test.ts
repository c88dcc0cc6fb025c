import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const project = fileURLToPath(new URL('../../', import.meta.url));
const source = join(project, 'src');

/** `types` when a row may import only types of another row: such an import loads nothing. */
type Permission = 'all' | 'types';

/** The table "Who may import whom" of docs/architecture.md: for each row, what it may import. */
function documented(): Map<string, Map<string, Permission>> {
  const text = readFileSync(join(project, 'docs/architecture.md'), 'utf8');
  const table = /## Who may import whom([\s\S]*?)\n## /.exec(text)![1]!;
  const rows = [...table.matchAll(/^\| (.+?) \| (.+?) \|$/gm)].filter(
    ([, who]) => who !== 'place' && who !== '---',
  );
  const permissions = (cell: string) =>
    new Map(
      (cell === 'nothing of ours' ? [] : cell.split(', ')).map((entry): [string, Permission] =>
        entry.endsWith(' (types)') ? [entry.slice(0, -' (types)'.length), 'types'] : [entry, 'all'],
      ),
    );
  return new Map(
    rows.flatMap(([, who, may]) => who!.split(', ').map((name) => [name, permissions(may!)] as const)),
  );
}

const table = documented();

/** The row of the table for a file of src: the deepest folder that has a row, or the file itself. */
function placeOf(path: string): string | undefined {
  for (let place = path.replace(/\.[jt]s$/, ''); place !== '.'; place = dirname(place)) {
    if (table.has(place)) return place;
  }
  return undefined;
}

/** The imports of a file from src: the row, and whether it imports only types. */
function importsOf(path: string): { place: string; types: boolean }[] {
  const text = readFileSync(join(source, path), 'utf8');
  const imports = text.matchAll(
    /(?:import|export)(\s+type)?\s(?:[^'";]*?\sfrom\s)?'(\.[^']+)'|import\('(\.[^']+)'\)/g,
  );
  return Array.from(imports, ([, type, named, dynamic]) => {
    const target = join(dirname(path), named ?? dynamic!);
    return { place: placeOf(target) ?? target, types: type !== undefined };
  });
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map((path) => relative('.', path))
  .filter((path) => path.endsWith('.ts') && path !== 'index.ts');

describe('the import table of docs/architecture.md', () => {
  test('has a row for each file', () => {
    expect(files.filter((path) => placeOf(path) === undefined)).toEqual([]);
  });

  test('has no row without files, and names only rows', () => {
    const places = new Set(files.map(placeOf));
    for (const [place, may] of table) {
      expect([place, ...may.keys()].filter((name) => !places.has(name))).toEqual([]);
    }
  });

  test.each([...table])('lists exactly what %s imports', (place, may) => {
    const used = new Map<string, Permission>();
    for (const path of files.filter((file) => placeOf(file) === place)) {
      for (const { place: other, types } of importsOf(path)) {
        if (other === place) continue;
        if (!types || !used.has(other)) used.set(other, types ? 'types' : 'all');
      }
    }
    const undocumented = [...used].filter(
      ([other, how]) => !may.has(other) || (may.get(other) === 'types' && how === 'all'),
    );
    const unused = [...may.keys()].filter((other) => !used.has(other));
    expect({ undocumented, unused }).toEqual({ undocumented: [], unused: [] });
  });
});
