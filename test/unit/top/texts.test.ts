import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasUnicode, topJson, topText } from '../../../src/cli/topText.js';
import { sparkline } from '../../../src/top/sparkline.js';
import { viewOf } from '../../support/topViews.js';

describe('sparkline', () => {
  test('draws a number as its part of the largest one', () => {
    expect(sparkline([0, 1, 50, 100], true)).toBe('▁▂▅█');
    expect(sparkline([0, 1, 50, 100], false)).toBe('_.=#');
    expect([sparkline([], true), sparkline([0, 0], true)]).toEqual(['', '▁▁']);
  });

  test('never draws a drop as nothing, and a larger number never lower', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), (numbers) => {
        const bars = Array.from(sparkline(numbers, true), (bar) => '▁▂▃▄▅▆▇█'.indexOf(bar));
        numbers.forEach((number, i) => {
          expect(bars[i] === 0).toBe(number === 0);
          numbers.forEach((other, k) => expect(number >= other ? bars[i]! >= bars[k]! : true).toBe(true));
        });
      }),
    );
  });
});

describe('topText', () => {
  const view = viewOf([
    { name: 'A at a' },
    { name: 'B at b', meaning: 'noise' },
    { name: 'C at c', missedAtMost: 1 },
  ]);

  test('is what is dropped, the losses, and one table', () => {
    expect(topText(view, 'causes', false, 80, false)).toBe(
      [
        'dropcap top  30 s to 00:00:00 UTC, the test',
        '1.0/s    ################  10 hurt, 1 may hurt, 2 policy, 3 noise (--all)',
        '1,000 drops since the start; no drop was lost',
        '',
        '    DROPS  PER S SHARE MEANING   CAUSES',
        '       10    1.0   50% hurts     A at a',
        '       10    1.0   50% hurts     C at c (at least)',
        '',
      ].join('\n'),
    );
  });

  test('has noise with --all, and says how many rows it leaves out', () => {
    expect(topText(view, 'causes', true, 80, false)).toContain('noise     B at b\n');
    expect(topText(view, 'causes', true, 80, false)).not.toContain('(--all)');
    const many = viewOf(Array.from({ length: 25 }, () => ({})));
    expect(topText(many, 'flows', false, 80, false)).toMatch(/\nand 5 more rows \(--json prints them\)\n$/);
  });
});

describe('topJson', () => {
  test('has times in ISO 8601; null when they are not known', () => {
    const view = viewOf([{ last: null }, {}]);
    expect(topJson(view)).toMatchObject({ time: '2026-01-01T00:00:00.000000Z' });
    expect(topJson(view)).toHaveProperty('tables.flows[0].last', null);
    expect(topJson(view)).toHaveProperty('tables.flows[1].last', '2026-01-01T00:00:00.000000Z');
    expect(topJson(viewOf([], { time: null }))).toMatchObject({ time: null });
  });
});

test.each([
  [{ LANG: 'C.UTF-8' }, true],
  [{ LANG: 'de_DE.utf8' }, true],
  [{ LANG: 'C.UTF-8', LC_ALL: 'C' }, false],
  [{ LANG: 'C', LC_CTYPE: 'en_US.UTF-8' }, true],
  [{ LC_ALL: '', LANG: 'C' }, false],
  [{}, false],
])('block elements with the settings %j: %s', (env, unicode) => {
  expect(hasUnicode(env)).toBe(unicode);
});
