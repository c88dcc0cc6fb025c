import { expect, test } from 'vitest';
import { pageOf } from '../../../src/top/pages.js';
import { firstState } from '../../../src/top/state.js';
import { textsOf, viewOf } from '../../support/topViews.js';

test.each([
  ['', ['1', '2', '3', '4'], 16],
  ['writing 5 to drops.pcapng', ['writing 5 to drops.pcapng', '1', '2', '3'], 17],
])('the page about a row begins with the flag %j', (flag, first, maxScroll) => {
  const rowLines = Array.from({ length: 20 }, (_, i) => [{ text: `${i + 1}` }]);
  const state = { ...firstState('causes', false), page: 'row' } as const;
  const facts = { columns: 40, rows: 5, unicode: false, message: '', flag, rowLines };
  const page = pageOf(viewOf([{}]), state, facts);
  expect([textsOf(page.lines).slice(0, 4), page.maxScroll]).toEqual([first, maxScroll]);
});
