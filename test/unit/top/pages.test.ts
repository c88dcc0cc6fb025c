import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Page, type PageFacts, pageOf } from '../../../src/top/pages.js';
import { rowLines } from '../../../src/top/rowLines.js';
import { firstState, type TopState } from '../../../src/top/state.js';
import { fit, wrapText } from '../../../src/top/textWidth.js';
import type { TopView } from '../../../src/top/view.js';
import { textsOf, viewOf } from '../../support/topViews.js';

const SIZES = [
  [80, 24],
  [40, 12],
  [20, 5],
  [200, 60],
  [1, 1],
] as const;
const VIEW = viewOf([
  { name: 'SOCKET_RCVBUFF at udp_queue_rcv_one_skb', filter: 'reason = SOCKET_RCVBUFF' },
  { name: 'NETFILTER_DROP at nft_do_chain[nf_tables]', meaning: 'intended', drops: 5, last: null },
  { name: 'OTHERHOST at ip_rcv_core', meaning: 'noise', drops: 3, missedAtMost: 2 },
]);
const state = (changes: Partial<TopState> = {}): TopState => ({ ...firstState('causes', false), ...changes });

function facts(columns: number, rows: number, changes: Partial<PageFacts> = {}): PageFacts {
  return { columns, rows, unicode: false, flag: '', message: '', rowLines: [], ...changes };
}

const page = (view: TopView, columns: number, rows: number, of = state(), changes: Partial<PageFacts> = {}) =>
  pageOf(view, of, facts(columns, rows, changes));

/** What does not fit on the screen. */
function misfits({ lines, cursor }: Page, columns: number, rows: number): unknown[] {
  const inside = !cursor || (cursor.row === rows - 1 && cursor.column >= 0 && cursor.column < columns);
  return [
    ...(lines.length === rows ? [] : [`${lines.length} lines`]),
    ...textsOf(lines).filter((text) => text.length > columns || /\p{Cc}/u.test(text)),
    ...(inside ? [] : [cursor]),
  ];
}

const views: readonly (readonly [string, TopView])[] = [
  ['some rows', VIEW],
  ['no drops', viewOf([], { drops: 0, time: null, perSecond: 0, expression: 'tcp port 80' })],
  ['only noise', viewOf([{ meaning: 'noise' }])],
  [
    'many rows',
    viewOf(Array.from({ length: 200 }, (_, i) => ({ name: `${i} `.repeat(40), drops: 10 ** i }))),
  ],
];

describe('a page', () => {
  test.each(
    SIZES.flatMap(([columns, rows]) => views.map(([name, view]) => [name, columns, rows, view] as const)),
  )('of %s fits on %d x %d', (_name, columns, rows, view) => {
    const row = view.tables.causes[0];
    const details = { view, cause: undefined, packets: [], columns, unicode: false };
    const lines = row ? rowLines({ row, ...details }) : [];
    for (const of of ['tables', 'row', 'help'] as const) {
      for (const input of [undefined, { of: 'file', text: 'x'.repeat(300) } as const])
        expect(
          misfits(page(view, columns, rows, state({ page: of, input }), { rowLines: lines }), columns, rows),
        ).toEqual([]);
      const message = 'cannot write /a/long/path/of/some/file.pcapng: No space left on device';
      expect(
        misfits(page(view, columns, rows, state({ page: of }), { message, flag: 'PAUSED' }), columns, rows),
      ).toEqual([]);
    }
  });

  test('of any size fits', () => {
    const size = fc.integer({ min: 1, max: 130 });
    const name = fc.string({ unit: fc.constantFrom('a', 'Z', '~', ' ', '(', '1'), maxLength: 200 });
    fc.assert(
      fc.property(size, size, fc.array(name, { maxLength: 9 }), fc.string(), (columns, rows, names, flag) => {
        const view = viewOf(names.map((each) => ({ name: each })));
        const message = flag.replaceAll(/\p{Cc}/gu, '');
        expect(
          misfits(page(view, columns, rows, state(), { flag: message, message }), columns, rows),
        ).toEqual([]);
      }),
    );
  });

  test('shows at 80x24 the numbers, the rows without noise, and the keys', () => {
    const lines = textsOf(page(VIEW, 80, 24).lines);
    expect(lines.slice(0, 8)).toEqual([
      'dropcap top  30 s to 00:00:00 UTC, the test',
      '1.0/s    ################  10 hurt, 1 may hurt, 2 policy, 3 noise (n)',
      '1,000 drops since the start; no drop was lost',
      ' 1 Causes  2 Classes  3 Reasons  4 Places  5 Interfaces  6 Flows ',
      '    DROPS  PER S SHARE MEANING   CAUSES, by drops',
      '       10    1.0   50% hurts     SOCKET_RCVBUFF at udp_queue_rcv_one_skb        ',
      '        5    1.0   50% policy    NETFILTER_DROP at nft_do_chain[nf_tables]',
      '',
    ]);
    expect(lines.at(-1)).toBe(
      'q quit  ? help  enter details  / filter  s sort  p pause  n noise  w write  1-6',
    );
  });

  test('marks at 40x12 the rows that hurt, and shows how to get help and quit', () => {
    const lines = textsOf(page(VIEW, 40, 12).lines);
    expect(lines[5]).toMatch(/^ {5}10 {4}1\.0 ! SOCKET_RCVBUFF/);
    expect(lines[6]).toMatch(/^ {6}5 {4}1\.0 {3}NETFILTER/);
    expect(lines[1]).toContain('10 hurt');
    expect(lines.at(-1)).toMatch(/^q quit {2}\? help/);
  });

  test('shows the filter, with its capitals, and every loss', () => {
    const { lines } = page(viewOf([], { expression: 'iface = ETH0', complete: true }), 80, 24);
    expect(textsOf(lines)).toContain('filter: iface = ETH0');
    const lossy = viewOf([], { complete: false, losses: ['5 drops lost', '2 damaged blocks'] });
    expect(textsOf(page(lossy, 80, 24).lines)[2]).toBe('5 drops lost; 2 damaged blocks');
  });

  test('shows a message where the keys are, in several lines when it is long', () => {
    const message = 'cannot write /var/tmp/drops.pcapng: No space left on device (5 bytes were written)';
    expect(textsOf(page(VIEW, 40, 12, state(), { message }).lines).slice(-3)).toEqual([
      'cannot write /var/tmp/drops.pcapng: No',
      'space left on device (5 bytes were',
      'written)',
    ]);
  });

  test('shows the end of a long input, with the cursor after it', () => {
    const input = { of: 'filter', text: `${'x'.repeat(100)}the end` } as const;
    const { lines, cursor } = page(VIEW, 40, 12, state({ input }));
    expect(textsOf(lines).at(-1)).toMatch(/^Filter: x+the end$/);
    expect(cursor).toEqual({ column: 39, row: 11 });
  });

  test('says that a row of a full table has more drops', () => {
    const lines = textsOf(page(VIEW, 80, 24, state({ noise: true })).lines);
    expect(lines.find((line) => line.includes('OTHERHOST'))).toContain('OTHERHOST at ip_rcv_core (at least)');
  });

  test('of a row has its whole name and its filter, also on a narrow screen', () => {
    const row = VIEW.tables.causes[0]!;
    const details = { view: VIEW, cause: undefined, packets: [], columns: 20, unicode: false };
    const text = textsOf(rowLines({ row, ...details })).join(' ');
    expect(text).toContain('SOCKET_RCVBUFF at udp_queue_rcv_one_sk b');
    expect(text).toContain('filter: reason = SOCKET_RCVBUFF');
    expect(text).toContain('dropcap has no explanation of this cause');
  });
});

test('the help is whole on a narrow screen, by scrolling', () => {
  const texts: string[] = [];
  for (let scroll = 0; scroll < 30; scroll++) {
    const lines = textsOf(page(VIEW, 40, 12, state({ page: 'help', scroll })).lines).slice(0, -1);
    texts.push(...lines.filter((line) => !texts.includes(line)));
  }
  expect(texts.join('\n')).not.toContain('~');
  expect(texts.map((line) => line.slice(13)).join(' ')).toContain(
    'count only drops that fit an expression; empty: all',
  );
});

describe('textWidth', () => {
  test('wrapText loses no word, and no line is too long', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), fc.integer({ min: 1, max: 50 }), (text, width) => {
        const lines = wrapText(text, width);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
      }),
    );
  });

  test('fit fills and cuts', () => {
    expect([fit('abc', 5), fit('abcdef', 5), fit('abc', 0)]).toEqual(['abc  ', 'abcd~', '']);
  });
});
