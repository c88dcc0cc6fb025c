import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { DropBatch } from '../../../src/drop/batch.js';
import { compileFilter } from '../../../src/filter/compileFilter.js';
import { FilterError } from '../../../src/filter/filterError.js';
import { parseFilter } from '../../../src/filter/parse.js';
import { openRecording } from '../../../src/source/file/recording.js';
import { lacksLibpcap } from '../../support/libpcap.js';
import { recordingPath } from '../../support/tools.js';

/** Terms about the drop, decided by the kind or by the row, and terms about the packet. */
const ATOMS = [
  'reason = NO_SOCKET',
  'reason != NO_SOCKET,OTHERHOST',
  'symbol ~ "^__udp"',
  'module = nf_tables',
  'iface=va',
  'origin = hw',
  'class = host/*',
  'ifindex > 4',
  'len > 60',
  'proto = 0x0800',
  'lost',
  'udp',
  'ip6',
  'tcp port 8080',
  'host 10.0.0.1',
  'arp',
  '(ip[0] & 0xf) * 4 > 20',
  'greater 100',
] as const;

/** A tree of joined atoms. `rest` is applied from left to right, with equal precedence, as tcpdump does. */
type Tree =
  | { readonly atom: number }
  | { readonly not: Tree }
  | { readonly first: Tree; readonly rest: readonly (readonly ['and' | 'or', Tree])[] };

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({ atom: fc.nat(ATOMS.length - 1) }),
    fc.record({ not: tie('tree') }),
    fc.record({
      first: tie('tree'),
      rest: fc.array(fc.tuple(fc.constantFrom('and', 'or'), tie('tree')), { minLength: 1, maxLength: 2 }),
    }),
  ),
}));

/** The tree as an expression. `blank` gives the blanks, `words` whether operators are words. */
function print(node: Tree, blank: string, words: boolean, outer = true): string {
  if ('atom' in node) return ATOMS[node.atom]!;
  if ('not' in node) return `${words ? 'not ' : '!'}${blank}${print(node.not, blank, words, false)}`;
  const operator = (type: 'and' | 'or') => (words ? type : type === 'and' ? '&&' : '||');
  const rest = node.rest.map(
    ([type, each]) => ` ${blank}${operator(type)} ${print(each, blank, words, false)}`,
  );
  const joined = `${print(node.first, blank, words, false)}${rest.join('')}`;
  return outer ? joined : `(${blank}${joined}${blank})`;
}

function evaluate(node: Tree, atoms: readonly boolean[]): boolean {
  if ('atom' in node) return atoms[node.atom]!;
  if ('not' in node) return !evaluate(node.not, atoms);
  return node.rest.reduce(
    (left, [type, right]) => {
      const fits = evaluate(right, atoms);
      return type === 'and' ? left && fits : left || fits;
    },
    evaluate(node.first, atoms),
  );
}

/** What is left of an error or a tree when an expression is parsed: never anything but a tree or a FilterError. */
function parsed(text: string): FilterError | object {
  try {
    return parseFilter(text);
  } catch (error) {
    if (error instanceof FilterError) return error;
    throw error;
  }
}

function expectPlace(text: string): void {
  const result = parsed(text);
  if (!(result instanceof FilterError)) return;
  expect(result.position).toBeGreaterThanOrEqual(0);
  expect(result.position).toBeLessThanOrEqual(text.length);
}

describe.skipIf(lacksLibpcap())('a joined expression', () => {
  const batches: DropBatch[] = [];
  /** For each row of each batch, whether each atom fits. */
  let truth: boolean[][][];
  beforeAll(async () => {
    for await (const batch of await openRecording(recordingPath('nlmon'))) batches.push(batch);
    const filters = ATOMS.map((atom) => compileFilter(atom));
    truth = batches.map((batch) => {
      const results = filters.map((filter) => filter.judge(batch).slice(0, batch.length));
      return Array.from({ length: batch.length }, (_, row) => results.map((fits) => fits[row] === 1));
    });
    return () => batches.forEach((batch) => batch.release());
  });

  test('fits the drops for which its atoms, joined from left to right, are true', () => {
    // Each atom but `lost` and `arp` decides something.
    const rows = truth.flat();
    const decided = ATOMS.filter((_, i) => rows.some((row) => row[i]) && rows.some((row) => !row[i]));
    expect(decided).toEqual(
      ATOMS.filter((atom) => atom !== 'lost' && atom !== 'arp' && !atom.startsWith('(')),
    );
    fc.assert(
      fc.property(tree, fc.constantFrom('', ' ', '\n\t'), fc.boolean(), (node, blank, words) => {
        const filter = compileFilter(print(node, blank, words));
        for (const [i, batch] of batches.entries()) {
          const fits = Array.from(filter.judge(batch).subarray(0, batch.length), Boolean);
          expect(fits).toEqual(truth[i]!.map((row) => evaluate(node, row)));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('parseFilter', () => {
  test('gives a tree or an error with a place in the text, for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), expectPlace));
    const pieces = [
      ...ATOMS,
      'and',
      'or',
      'not',
      '(',
      ')',
      '"',
      '\\',
      ',',
      '=',
      '~',
      '!',
      '[',
      ']',
      '443',
      '$',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (words) => {
        expectPlace(words.join(' '));
        expectPlace(words.join(''));
      }),
    );
  });

  test('gives the same tree for a text without the blanks at its ends', () => {
    fc.assert(
      fc.property(tree, (node) => {
        const text = print(node, '', true);
        expect(parseFilter(`${text} \n`)).toEqual(parseFilter(text));
      }),
    );
  });

  test.each([
    ['parentheses', '('.repeat(500_000)],
    ['not', 'not '.repeat(250_000)],
    ['parentheses of arithmetic', `ip[${'('.repeat(500_000)}`],
    ['terms', 'lost or '.repeat(100_000)],
    ['packet terms', 'tcp or lost or '.repeat(50_000)],
    ['operators in turn', 'lost and tcp or '.repeat(60_000)],
    ['values', `reason = ${'A,'.repeat(300_000)}`],
    ['a quoted value', `reason = "${'\\'.repeat(1_000_001)}`],
    ['blanks', ' '.repeat(1_000_000)],
  ])('reads a million characters of %s in a few seconds', (_, text) => {
    const start = performance.now();
    expect(parsed(text)).toBeInstanceOf(FilterError);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
