import { describe, expect, test } from 'vitest';
import { Analysis } from '../../../src/report/analysis.js';
import type { ReportInput } from '../../../src/report/buildReport.js';
import { type Diff, diffOf } from '../../../src/report/diff.js';
import { type DiffSide, sideOf } from '../../../src/report/diffSide.js';
import { diffLines } from '../../../src/report/diffText.js';
import type { SourceStatistics } from '../../../src/source/source.js';
import { NO_SYMBOLS } from '../../../src/symbols/symbolLookup.js';
import { ethernet, ipv4 } from '../../support/packetBytes.js';
import { inputOf } from '../../support/reports.js';
import { batchOfRows, type DropRow } from '../../support/rows.js';

const udp = ethernet(0x0800, ipv4());
const MINUTE_NS = 60e9;
const HURTS = 'SOCKET_RCVBUFF';
const POLICY = 'NETFILTER_DROP';

/** Drops spread over a minute. */
const spread = (count: number, reason: string, row: Partial<DropRow> = {}): DropRow[] =>
  Array.from({ length: count }, (_, i) => ({
    packet: udp,
    reason,
    at: Math.round(((i + 0.5) / count) * MINUTE_NS),
    ...row,
  }));
const burst = (count: number, reason: string): DropRow[] =>
  Array.from({ length: count }, (_, i) => ({ packet: udp, reason, at: MINUTE_NS / 3 + i * 1e6 }));

/** A capture of a minute. */
function side(
  rows: readonly DropRow[],
  statistics: Partial<SourceStatistics> = {},
  changes: Partial<ReportInput> = {},
  minutes: number | undefined = 1,
): DiffSide {
  const analysis = new Analysis();
  if (rows.length > 0) analysis.write(batchOfRows(rows));
  const input = inputOf(statistics, changes);
  const start = Date.parse('2026-01-01T00:00:00Z');
  const times =
    minutes === undefined
      ? {}
      : { start: new Date(start).toISOString(), end: new Date(start + minutes * 60e3).toISOString() };
  return sideOf(analysis, { ...input, facts: { ...input.facts, ...times } }, NO_SYMBOLS);
}

const changes = ({ rows }: Diff) =>
  rows.map(({ name, change, proven, beyondChance }) => [name, change, proven, beyondChance]);

describe('two complete captures', () => {
  test('new, more, fewer and gone, beyond chance or not', () => {
    const before = side([
      ...spread(40, POLICY),
      ...spread(200, 'TCP_OLD_DATA'),
      ...spread(30, 'NO_SOCKET'),
      ...spread(9, 'TCP_RESET'),
    ]);
    const after = side([
      ...spread(20, HURTS),
      ...spread(80, POLICY),
      ...spread(190, 'TCP_OLD_DATA'),
      ...spread(5, 'NO_SOCKET'),
      ...spread(1, 'TCP_FLAGS'),
    ]);
    const diff = diffOf(before, after);
    expect(changes(diff)).toEqual([
      [HURTS, 'new', true, true],
      ['TCP_FLAGS', 'new', true, false],
      [POLICY, 'more', true, true],
      ['TCP_RESET', 'gone', true, false],
      ['NO_SOCKET', 'fewer', true, true],
      ['TCP_OLD_DATA', 'same', false, false],
    ]);
    expect(diff.newHurt).toBe('some');
    expect(diff.cautions).toEqual([]);
  });

  test('a new cause that does not hurt is no answer, and neither is a known one that hurts more', () => {
    const diff = diffOf(side(spread(5, HURTS)), side([...spread(500, HURTS), ...spread(99, POLICY)]));
    expect(changes(diff)).toEqual([
      [POLICY, 'new', true, true],
      [HURTS, 'more', true, true],
    ]);
    expect(diff.newHurt).toBe('none');
  });

  test('counts are compared by the time of the captures', () => {
    const twice = side(spread(100, POLICY), {}, {}, 2);
    expect(changes(diffOf(side(spread(50, POLICY)), twice))).toEqual([[POLICY, 'same', false, false]]);
    expect(changes(diffOf(side(spread(100, POLICY)), twice))).toEqual([[POLICY, 'fewer', true, true]]);
  });

  test('a burst counts as one event', () => {
    const diff = diffOf(side([]), side(burst(500, HURTS)));
    expect(changes(diff)).toEqual([[HURTS, 'new', true, false]]);
    expect(diff.rows[0]!.burstSize).toBeCloseTo(500, 6);
    expect(changes(diffOf(side([]), side(spread(500, HURTS))))).toEqual([[HURTS, 'new', true, true]]);
  });

  test('the same place by two kinds is one cause', () => {
    const twoDevices = [
      ...spread(9, HURTS, { interfaceName: 'a' }),
      ...spread(9, HURTS, { interfaceName: 'b' }),
    ];
    const { rows } = diffOf(side([]), side(twoDevices));
    expect(rows.map(({ dropsAfter }) => dropsAfter)).toEqual([18]);
  });

  test('the same place is one cause when the kernel cut the name of its module', () => {
    const text = 'br_handle_frame_finish+0x1f2/0x470 [bridge]';
    const whole = spread(9, HURTS, { symbolText: text });
    const cut = spread(1, HURTS, { symbolText: text.slice(0, 39) });
    const place = 'br_handle_frame_finish[bridge]';
    for (const [before, after] of [
      [cut, [...cut, ...whole]],
      [whole, cut],
    ]) {
      const { rows, newHurt } = diffOf(side(before!), side(after!));
      expect(rows).toMatchObject([{ name: `${HURTS} at ${place}`, place }]);
      expect(newHurt).toBe('none');
    }
  });

  test('without a drop', () => {
    const [before, after] = [side([]), side([])];
    const diff = diffOf(before, after);
    expect(diff).toEqual({ newHurt: 'none', cautions: [], rows: [] });
    expect(diffLines(diff, before, after).at(-1)).toBe('no drops in both files');
  });
});

describe('losses', () => {
  const lossy = { queueDrops: 3 };

  test('of the first capture forbid "new", and the answer when something that hurts may be new', () => {
    const diff = diffOf(side([], lossy), side(spread(99, HURTS)));
    expect(changes(diff)).toEqual([[HURTS, 'new', false, true]]);
    expect(diff.newHurt).toBe('unknown');
    expect(diff.cautions).toEqual([
      'No cause is proven to be new: the first file lacks 3 drops, and any cause may be among them',
    ]);
  });

  test('of the first capture do not matter when nothing that hurts may be new', () => {
    expect(diffOf(side(spread(9, HURTS), lossy), side(spread(9, HURTS))).newHurt).toBe('none');
  });

  test('of the second capture forbid "gone", and that nothing is new', () => {
    const diff = diffOf(side(spread(99, HURTS)), side([], lossy));
    expect(changes(diff)).toEqual([[HURTS, 'gone', false, true]]);
    expect(diff.newHurt).toBe('unknown');
  });

  test('of the second capture do not hide what it has', () => {
    expect(diffOf(side([]), side(spread(9, HURTS), lossy)).newHurt).toBe('some');
  });

  test('more and fewer stay when all lost drops had the cause, or are not proven', () => {
    const [few, many] = [spread(20, POLICY), spread(100, POLICY)];
    const proven = (before: DiffSide, after: DiffSide) => changes(diffOf(before, after));
    expect(proven(side(few, { overruns: 9 }), side(many))).toEqual([[POLICY, 'more', true, true]]);
    expect(proven(side(few, { overruns: 60 }), side(many))).toEqual([[POLICY, 'more', false, true]]);
    expect(proven(side(few, { overruns: 900 }), side(many))).toEqual([[POLICY, 'more', false, true]]);
    expect(proven(side(few), side(many, { overruns: 900 }))).toEqual([[POLICY, 'more', true, true]]);
    expect(proven(side(many), side(few, { overruns: 9 }))).toEqual([[POLICY, 'fewer', true, true]]);
    expect(proven(side(many), side(few, { overruns: undefined }))).toEqual([[POLICY, 'fewer', false, true]]);
  });

  test.each([
    ['a damaged file', { damagedBlocks: 1 }, {}],
    ['a file that ends in the middle', {}, { problem: 'x is cut short' }],
    ['alerts that could not be decoded', { malformed: 1 }, {}],
    ['a filter that the other file has not', {}, { filter: 'tcp' }],
  ])('%s is a loss', (_name, statistics, more) => {
    expect(diffOf(side([]), side([], statistics, more)).newHurt).toBe('unknown');
  });

  test('the same filter is none', () => {
    const filter = { filter: 'udp' };
    expect(diffOf(side([], {}, filter), side([], {}, filter)).newHurt).toBe('none');
  });
});

describe('the time', () => {
  const untimed = (rows: readonly DropRow[]) => {
    const analysis = new Analysis();
    analysis.write(batchOfRows(rows));
    return sideOf(analysis, inputOf(), NO_SYMBOLS);
  };

  test('is from the first to the last drop when a file does not say it', () => {
    const diff = diffOf(untimed(spread(40, POLICY)), side(spread(40, POLICY)));
    expect(diff.rows[0]).toMatchObject({ change: 'same', perSecondAfter: 40 / 60 });
    expect(diff.cautions).toEqual([expect.stringMatching(/^A file does not say when its capture began/)]);
  });

  test('is not known with few drops: then rates are not compared, but new and gone are', () => {
    const diff = diffOf(untimed([...spread(4, POLICY), ...spread(2, 'NO_SOCKET')]), side(spread(4, POLICY)));
    expect(changes(diff)).toEqual([
      [POLICY, 'unknown', false, null],
      ['NO_SOCKET', 'gone', true, null],
    ]);
    expect(diff.cautions).toEqual([expect.stringMatching(/^Rates are not compared: a file does not say/)]);
  });

  test('does not help when --dedupe left drops out', () => {
    const diff = diffOf(side(spread(40, POLICY, { repeated: 1 })), side(spread(40, POLICY)));
    expect(changes(diff)).toEqual([[POLICY, 'unknown', false, null]]);
    expect(diff.cautions).toEqual(['Rates are not compared: --dedupe left out equal drops']);
  });
});

test('different kernels are said', () => {
  const release = (kernelRelease: string) => side([], {}, { kernelRelease });
  expect(diffOf(release('6.1'), release('6.12')).cautions).toEqual([
    'The kernels differ (6.1, 6.12): the same cause can have another name',
  ]);
});

test('the text has the answer, both captures and a table', () => {
  const place = { symbolText: 'nft_do_chain+0x1/0x2 [nf_tables]' };
  const before = side([...spread(30, POLICY, place), ...spread(50, 'TCP_OLD_DATA')]);
  const after = side(
    [
      ...spread(61, HURTS),
      ...spread(120, POLICY, place),
      ...spread(1, 'TCP_FLAGS'),
      ...spread(50, 'TCP_OLD_DATA'),
    ],
    {
      queueDrops: 2,
    },
  );
  expect(diffLines(diffOf(before, after), before, after)).toEqual([
    'Drops that hurt are new: SOCKET_RCVBUFF (61 drops).',
    '',
    'before  drops.pcapng: 80 drops, 60 s. Complete: no drop was lost.',
    'after   drops.pcapng: 232 drops, 60 s. Not complete: 2 drops lost in the queues of the kernel.',
    'No cause is proven to be gone, and more causes may be new: the second file lacks 2 drops, and any cause may be among them.',
    '',
    'change  certain        meaning                before  after  before/s  after/s  cause',
    'new     yes            hurts                       0     61         0     1.02  SOCKET_RCVBUFF',
    'new     may be chance  may hurt                    0      1         0   0.0167  TCP_FLAGS',
    'more    yes            by policy or protocol      30    120     0.500     2.00  NETFILTER_DROP at nft_do_chain[nf_tables]',
    '1 cause without a change beyond chance (--json has all)',
  ]);
});
