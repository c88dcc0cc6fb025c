import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const project = new URL('../../', import.meta.url);
const text = (path: string) => readFileSync(new URL(path, project), 'utf8');

interface LintConfig {
  overrides: {
    files: string[];
    rules: { 'no-restricted-imports'?: [string, { patterns: { group: string[] }[] }] };
  }[];
}

/** What docs/architecture.md lets each folder, or file below src, import. */
function documented(): Map<string, string[]> {
  const table = /## Who may import whom([\s\S]*?)\n## /.exec(text('docs/architecture.md'))![1]!;
  const rows = [...table.matchAll(/^\| (.+?) \| (.+?) \|$/gm)].filter(
    ([, who]) => who !== 'folder' && who !== '---',
  );
  return new Map(
    rows.flatMap(([, who, may]) =>
      who!.split(', ').map((name) => [name, may === 'nothing of ours' ? [] : may!.split(', ')] as const),
    ),
  );
}

/** What the linter keeps each from importing. */
function forbidden(): Map<string, string[]> {
  const config = JSON.parse(text('.oxlintrc.json')) as LintConfig;
  return new Map(
    config.overrides.flatMap(({ files: [file], rules }) => {
      const groups = rules['no-restricted-imports']?.[1].patterns[0]!.group;
      const name = /^src\/(\w+)/.exec(file!)?.[1];
      return groups && name ? [[name, groups.map((group) => /\w+/.exec(group)![0])] as const] : [];
    }),
  );
}

describe('the import table', () => {
  const places = readdirSync(fileURLToPath(new URL('src', project)))
    .map((name) => name.replace(/\.ts$/, ''))
    .filter((name) => name !== 'index');
  const may = documented();
  const mayNot = forbidden();

  test.each(places)('is enforced by the linter for %s as documented', (place) => {
    const others = places.filter((name) => name !== place && !may.get(place)?.includes(name));
    expect(mayNot.get(place)?.toSorted()).toEqual([...others, 'index'].toSorted());
  });
});
