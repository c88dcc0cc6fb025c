import { describe, expect, test } from 'vitest';
import { checkLayout, loadBinding } from '../../../src/binding/load.js';
import { COLUMNS, LAYOUT } from '../../../src/drop/layout.js';
import { BindingError } from '../../../src/errors.js';

describe('the layout of a batch', () => {
  test('is the same in the addon', () => {
    expect((loadBinding() as { layout?: string }).layout).toBe(LAYOUT);
  });

  test.each<[string, { layout?: string }]>([
    ['an older addon has no description', {}],
    ['a column is missing', { layout: LAYOUT.replace(` ${COLUMNS[3].join(':')}`, '') }],
    [
      'two columns changed places',
      { layout: LAYOUT.replace('timestampLow:u32 timestampHigh', 'timestampHigh:u32 timestampLow') },
    ],
    ['a constant differs', { layout: LAYOUT.replace('unresolved 255', 'unresolved 254') }],
  ])('is refused, with what to run: %s', (_, addon) => {
    expect(addon.layout).not.toBe(LAYOUT);
    expect(() => checkLayout(addon)).toThrow(BindingError);
    expect(() => checkLayout(addon)).toThrow(/built for another version of dropcap.*npm rebuild dropcap/);
  });
});
