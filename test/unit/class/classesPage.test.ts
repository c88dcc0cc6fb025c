import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CORE_REASONS } from '../../../src/class/coreReasons.js';
import { PLACES, REASONS_AT_PLACES } from '../../../src/class/places.js';
import { MAC80211_REASONS, OPENVSWITCH_REASONS, QDISC_REASONS } from '../../../src/class/subsystemReasons.js';
import { TRAPS } from '../../../src/class/traps.js';

const page = readFileSync(new URL('../../../docs/classes.md', import.meta.url), 'utf8');
const TABLES = [
  CORE_REASONS,
  OPENVSWITCH_REASONS,
  MAC80211_REASONS,
  QDISC_REASONS,
  TRAPS,
  REASONS_AT_PLACES,
  PLACES,
];

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

/** The rows of the page's last section, from the data: class, intent, names. */
function expectedRows(): string[] {
  const names = new Map<string, string[]>();
  for (const [name, [discard, intent]] of TABLES.flatMap((rows) => Object.entries(rows))) {
    const start = `| \`${discard}\` | ${intent} |`;
    names.set(start, [...(names.get(start) ?? []), name.replace(' ', ' at ')]);
  }
  return Array.from(names, ([start, all]) => `${start} ${all.join(', ')} |`).toSorted(compare);
}

/** The rows of the table after a heading, without the table's own head. */
function rowsAfter(heading: string): string[] {
  const section = page.slice(page.indexOf(`\n## ${heading}\n`)).split(/\n## /)[1]!;
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2);
}

describe('docs/classes.md', () => {
  test('lists every reason, trap and function of the data with its class', () => {
    expect(rowsAfter('Reasons, traps and functions by class')).toEqual(expectedRows());
  });

  test('explains the classes of the data, and no others', () => {
    const explained = ["Classes of the IETF's model", "dropcap's own classes"].flatMap((heading) =>
      rowsAfter(heading).map((row) => /^\| `([^`]+)` \|/.exec(row)![1]!),
    );
    const used = new Set(TABLES.flatMap((rows) => Object.values(rows).map(([name]) => name)));
    expect(explained.toSorted(compare)).toEqual([...used].toSorted(compare));
  });

  test('has no name with two classes', () => {
    const names = TABLES.flatMap((rows) => Object.keys(rows));
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });
});
