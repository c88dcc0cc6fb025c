import { describe, expect, test } from 'vitest';
import type { StatusFacts } from '../../../src/cli/captureStatus.js';
import type { RecentDrops } from '../../../src/cli/recentDrops.js';
import { fileText, fittedStatus, statusText } from '../../../src/cli/statusText.js';
import { NO_STATISTICS, type SourceStatistics } from '../../../src/source/source.js';

const OUTPUT = { name: '/var/drops.pcapng', written: 12_345, bytes: 4_100_000, cutPackets: 0, refused: 0 };
const RECENT: RecentDrops = { perSecond: 1204.4, most: { reason: 'NO_SOCKET', share: 0.618 } };
const NO_LOSSES = { queueDrops: 0, overruns: 0 };

function factsWith(statistics: Partial<SourceStatistics> = NO_LOSSES, more: Partial<StatusFacts> = {}) {
  const summary = { captured: 12_345, delivered: 12_345, lost: 0, removed: {}, lostAtEnd: 0 };
  const source = { ...NO_STATISTICS, ...statistics };
  const facts = { output: OUTPUT, hidden: undefined, progress: undefined, elapsedMs: 2000 };
  return { ...facts, summary: { ...summary, source }, ...more };
}

describe('the status', () => {
  test('has captured drops, their rate, the reason of most, and the file with its size', () => {
    expect(statusText(factsWith(), RECENT)).toBe(
      '12,345 captured (1,204/s), most NO_SOCKET (62 %), drops.pcapng 4.1 MB',
    );
  });

  test.each([
    [NO_LOSSES, 0, ''],
    [{ queueDrops: 3, overruns: 0 }, 3, ', 3 queue drops'],
    [{ queueDrops: 1, overruns: 1200, malformed: 1 }, 5, ', 1 queue drop, 1,200 overruns, 1 malformed alert'],
    [{ ...NO_LOSSES, damagedBlocks: 2, summarized: 7 }, 0, ', 2 damaged blocks, 7 only counted'],
    [{}, 0, ', losses not known'],
    [{}, 5, ', at least 5 lost'],
    [{ queueDrops: 4, malformed: 2 }, 0, ', losses not known, 2 malformed alerts'],
  ])('names every loss: %j, %i reported by drops', (statistics, lost, text) => {
    const facts = factsWith(statistics);
    const summary = { ...facts.summary, lost };
    expect(statusText({ ...facts, summary }, { perSecond: 0 })).toBe(
      `12,345 captured (0/s)${text}, drops.pcapng 4.1 MB`,
    );
  });

  test.each([
    [0.01, 'below 0.1'],
    [0.333, '0.3'],
    [9.94, '9.9'],
    [9.96, '10'],
    [1_500_000, '1,500,000'],
  ])('a rate of %d is %s/s', (perSecond, text) => {
    expect(statusText(factsWith(), { perSecond })).toContain(`captured (${text}/s)`);
  });

  test('says how many drops were written when others were left out', () => {
    const facts = factsWith(NO_LOSSES);
    const summary = { ...facts.summary, delivered: 20 };
    const output = { ...OUTPUT, written: 18 };
    expect(statusText({ ...facts, summary, output }, { perSecond: 0 })).toContain('(0/s), 18 written, drops');
  });

  test('begins with the progress of a file, and has no file when nothing is written', () => {
    const output = { ...OUTPUT, name: undefined };
    const progress = { bytes: 1_000_000, totalBytes: 4_000_000 };
    expect(statusText(factsWith({}, { output, progress }), { perSecond: 0 })).toBe(
      '25 % of 4.0 MB, 500.0 kB/s, 6 s left; 12,345 captured (0/s), losses not known',
    );
  });

  test('shows control characters of names instead of obeying them', () => {
    const output = { ...OUTPUT, name: 'a\u001b[2Jb' };
    const recent = { perSecond: 1, most: { reason: 'X\u009b', share: 1 } };
    expect(statusText(factsWith(NO_LOSSES, { output }), recent)).toBe(
      '12,345 captured (1.0/s), most X\\x9b (100 %), a\\x1b[2Jb 4.1 MB',
    );
  });

  test.each([
    [{ file: 4, of: 10, bytes: 99 }, 'file 4 of 10: drops.pcapng 99 B'],
    [{ file: 4, bytes: 0 }, 'file 4: drops.pcapng 0 B'],
  ])('says which file of several is written: %j', (ring, text) => {
    expect(fileText({ ...OUTPUT, ring: { removed: 0, leftAlone: 0, ...ring } })).toBe(text);
  });
});

describe('a narrow terminal', () => {
  const losses = { queueDrops: 3, overruns: 12 };
  const ring = { file: 4, of: 10, bytes: 4_100_000, removed: 0, leftAlone: 0 };
  const progress = { bytes: 1_000_000, totalBytes: 4_000_000 };

  test.each([
    [
      101,
      '12,345 captured (1,204/s), most NO_SOCKET (62 %), 3 queue drops, 12 overruns, drops.pcapng 4.1 MB',
    ],
    [86, '12,345 captured (1,204/s), most NO_SOCKET (62 %), 3 queue drops, 12 overruns, 4.1 MB'],
    [83, '12,345 captured (1,204/s), 3 queue drops, 12 overruns, 4.1 MB'],
    [60, '12,345 captured (1,204/s), 3 queue drops, 12 overruns'],
    [52, '12,345 captured, 3 queue drops, 12 overruns'],
    [42, '12,345 captured, 15 lost'],
    [24, '12,345 captured, 15 lost'],
    [8, '12,345 c'],
    [0, ''],
  ])('of %i columns leaves out whole parts, the losses last', (width, text) => {
    expect(fittedStatus(factsWith(losses), RECENT, width)).toBe(text);
  });

  test('keeps the number of the file longer than its name', () => {
    const facts = factsWith(NO_LOSSES, { output: { ...OUTPUT, ring } });
    const widths = [79, 78, 50, 42, 30];
    expect(widths.map((width) => fittedStatus(facts, { perSecond: 0 }, width))).toEqual([
      '12,345 captured (0/s), file 4 of 10: drops.pcapng 4.1 MB',
      '12,345 captured (0/s), file 4 of 10: drops.pcapng 4.1 MB',
      '12,345 captured (0/s), file 4 of 10, 4.1 MB',
      '12,345 captured (0/s), 4.1 MB',
      '12,345 captured (0/s), 4.1 MB',
    ]);
  });

  test('keeps the progress of a file longer than all but captured drops and losses', () => {
    const facts = factsWith({}, { progress });
    expect([71, 60, 40].map((width) => fittedStatus(facts, RECENT, width))).toEqual([
      '25 % of 4.0 MB, 500.0 kB/s, 6 s left; 12,345 captured, losses not known',
      '12,345 captured, losses not known',
      '12,345 captured, losses not known',
    ]);
  });

  test('counts two columns for a character that may be wide', () => {
    const output = { ...OUTPUT, name: '丢包' };
    const facts = factsWith(NO_LOSSES, { output });
    expect(fittedStatus(facts, { perSecond: 0 }, 34)).toContain('丢包 4.1 MB');
    expect(fittedStatus(facts, { perSecond: 0 }, 33)).toBe('12,345 captured (0/s), 4.1 MB');
  });
});
