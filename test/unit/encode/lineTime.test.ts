import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LineTime, MAX_LINE_TIME_BYTES, type TimeStyle } from '../../../src/encode/lineTime.js';
import { asciiText } from '../../support/asciiText.js';

/** The texts for times in nanoseconds since 1970. */
function texts(style: TimeStyle | undefined, ...times: bigint[]): string[] {
  const time = new LineTime(style);
  return times.map((ns) =>
    asciiText(MAX_LINE_TIME_BYTES, (line) => time.write(line, Number(ns >> 32n), Number(ns & 0xffffffffn))),
  );
}

/** 2026-11-27 23:59:59.999999999 UTC. */
const LAST = 1_795_823_999_999_999_999n;

describe('the time of a line', () => {
  const zone = process.env['TZ'];
  beforeAll(() => (process.env['TZ'] = 'UTC'));
  afterAll(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  test('has a date on the first line of another day, also of an earlier day', () => {
    expect(texts(undefined, LAST, LAST, LAST + 1n, LAST + 2n, LAST)).toEqual([
      '23:59:59.999999 ',
      '23:59:59.999999 ',
      '2026-11-28 00:00:00.000000 ',
      '00:00:00.000000 ',
      '2026-11-27 23:59:59.999999 ',
    ]);
  });

  test.each<[TimeStyle, string[]]>([
    ['none', ['', '', '']],
    ['epoch', ['1795823999.999999 ', '1795827600.000000 ', '1795823999.999998 ']],
    ['date', ['2026-11-27 23:59:59.999999 ', '2026-11-28 01:00:00.000000 ', '2026-11-27 23:59:59.999998 ']],
    ['delta', [' 00:00:00.000000 ', ' 01:00:00.000001 ', '-01:00:00.000002 ']],
    ['elapsed', [' 00:00:00.000000 ', ' 01:00:00.000001 ', '-00:00:00.000001 ']],
  ])('as %s', (style, expected) => {
    expect(texts(style, LAST, LAST + 3_600_000_000_001n, LAST - 1000n)).toEqual(expected);
  });
});
