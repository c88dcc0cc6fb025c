import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pageOf } from '../../../src/top/pages.js';
import { SORTS } from '../../../src/top/shownRows.js';
import { firstState, type Key, press, type Shown, type TopState } from '../../../src/top/state.js';
import { TABLES } from '../../../src/top/tables.js';
import type { TopView } from '../../../src/top/view.js';
import { textsOf, viewOf } from '../../support/topViews.js';

const VIEW = viewOf([
  { name: 'B at b', meaning: 'intended', drops: 30, last: 5 },
  { name: 'A at a', meaning: 'unintended', drops: 20, last: 7 },
  { name: 'D at d', meaning: 'noise', drops: 15, last: null },
  { name: 'C at c', meaning: 'unclear', drops: 10, last: 6 },
]);
const SHOWN: Shown = { view: VIEW, pageRows: 2, maxScroll: 10, writing: false };

/** A key by its name; a single character also types itself. */
function keyOf(name: string): Key {
  if (name.startsWith('ctrl-')) return { name: name.slice(5), text: '', ctrl: true };
  if (name === 'space') return { name, text: ' ', ctrl: false };
  return { name: name.toLowerCase(), text: Array.from(name).length === 1 ? name : '', ctrl: false };
}

/** The state and the last action after these keys. */
function after(keys: readonly string[], shown: Shown = SHOWN, first = firstState('causes', false)) {
  let state: TopState = first;
  let action;
  for (const key of keys) ({ state, action } = press(state, keyOf(key), shown));
  return { state, action };
}

const namesOf = (view: TopView, state: TopState) => {
  const facts = { columns: 80, rows: 24, unicode: false, flag: '', message: '', rowLines: [] };
  const lines = textsOf(pageOf(view, state, facts).lines);
  return lines.slice(5, lines.indexOf('')).map((line) => line.trimEnd().slice(-6));
};

describe('the keys of the tables', () => {
  test.each([
    ['q', 'quit'],
    ['ctrl-c', 'quit'],
    ['ctrl-z', 'suspend'],
    ['ctrl-l', 'redraw'],
  ])('%s asks to %s', (key, action) => {
    expect(after([key]).action).toEqual({ of: action });
  });

  test.each(TABLES.map((table, i) => [`${i + 1}`, table]))('%s shows the table of %s', (key, table) => {
    const { state } = after(['down', key]);
    expect([state.table, state.selected]).toEqual([table, undefined]);
  });

  test('tab, right and left go through the tables, around the ends', () => {
    expect(after(['tab', 'right']).state.table).toBe('reasons');
    expect(after(['left']).state.table).toBe('flows');
    expect(after(['left', 'tab']).state.table).toBe('causes');
  });

  test('up, down, k, j, pages, home and end select a row that is shown', () => {
    for (const [keys, row] of [
      [['down'], 'A at a'],
      [['down', 'down'], 'C at c'],
      [['j', 'j', 'j', 'k'], 'A at a'],
      [['end'], 'C at c'],
      [['end', 'home'], 'B at b'],
      [['end', 'pageup'], 'B at b'],
      [['pagedown', 'up', 'up', 'up'], 'B at b'],
    ] as const)
      expect([keys, after(keys).state.selected]).toEqual([keys, row]);
  });

  test('the selected row stays when the order changes; the first one takes the place of a row that left', () => {
    const { state } = after(['down']);
    expect(after(['return'], SHOWN, state).state.selected).toBe('A at a');
    const without = { ...SHOWN, view: viewOf([{ name: 'new' }]) };
    expect(after(['return'], without, state).state.selected).toBe('new');
  });

  test('s sorts by drops, harm, the last drop and the name', () => {
    expect(SORTS).toEqual(['drops', 'harm', 'last', 'name']);
    const orders = ['', 's', 'ss', 'sss', 'ssss'].map((keys) => {
      const { state } = after(['n', ...keys.split('')]);
      return namesOf(VIEW, state)
        .map((name) => name[0])
        .join('');
    });
    expect(orders).toEqual(['BADC', 'ACBD', 'ACBD', 'ABCD', 'BADC']);
  });

  test('n shows and hides noise, p and space pause', () => {
    expect(namesOf(VIEW, after([]).state)).not.toContain('D at d');
    expect(namesOf(VIEW, after(['n']).state)).toContain('D at d');
    expect(after(['n', 'n']).state.noise).toBe(false);
    expect([after(['p']).state.paused, after(['p', 'space']).state.paused]).toEqual([true, false]);
  });

  test('do nothing in an empty table', () => {
    const shown = { ...SHOWN, view: viewOf([]) };
    const first = firstState('causes', false);
    for (const key of ['return', 'w', 'down', 'end']) expect(after([key], shown)).toEqual({ state: first });
  });
});

describe('the page about a row, and the help', () => {
  test('open, scroll and close', () => {
    const open = after(['down', 'return']);
    expect(open.action).toEqual({ of: 'open' });
    expect(open.state).toMatchObject({ page: 'row', selected: 'A at a', scroll: 0 });
    const scrolled = (...keys: string[]) => after(keys, SHOWN, open.state).state.scroll;
    expect([scrolled('down'), scrolled('up'), scrolled('end'), scrolled('pagedown')]).toEqual([1, 0, 10, 2]);
    for (const key of ['escape', 'backspace', 'left', 'return'])
      expect(after(['down', key], SHOWN, open.state)).toMatchObject({
        state: { page: 'tables', scroll: 0, selected: 'A at a' },
        action: { of: 'close' },
      });
    expect(after(['q'], SHOWN, open.state).action).toEqual({ of: 'quit' });
  });

  test('? and h show the help, where w does nothing', () => {
    expect(after(['?']).state.page).toBe('help');
    expect(after(['h', 'w'])).toMatchObject({ state: { page: 'help', input: undefined } });
    expect(after(['h', 'escape']).state.page).toBe('tables');
  });
});

describe('an input line', () => {
  test('/ begins with the filter, and gives what was typed', () => {
    const shown = { ...SHOWN, view: { ...VIEW, expression: 'tcp' } };
    expect(after(['/'], shown).state.input).toEqual({ of: 'filter', text: 'tcp' });
    const typed = after(['/', 'space', 'p', 'o', 'Q', 'backspace', 'return'], shown);
    expect(typed.action).toEqual({ of: 'filter', expression: 'tcp po' });
    expect(typed.state.input).toBeUndefined();
    expect(after(['/', 'ctrl-u', 'return'], shown).action).toEqual({ of: 'filter', expression: '' });
  });

  test('takes keys that would do something else, and only the characters of keys', () => {
    expect(after(['/', 'q', '1', 'down', 'tab', '?']).state.input?.text).toBe('q1?');
    expect(after(['/', 'q', 'escape'])).toMatchObject({ state: { input: undefined }, action: undefined });
    expect(after(['/', 'ctrl-c']).action).toEqual({ of: 'quit' });
  });

  test('backspace removes a whole character', () => {
    expect(after(['/', '\u{1f600}', 'backspace']).state.input?.text).toBe('');
  });

  test('has at most 1000 characters', () => {
    expect(after(['/', ...Array<string>(1010).fill('x')]).state.input?.text).toHaveLength(1000);
  });
});

describe('w', () => {
  test.each([
    ['NO_SOCKET at tcp_v4_rcv', 'NO_SOCKET_at_tcp_v4_rcv.pcapng'],
    ['NETFILTER_DROP at nft_do_chain[nf_tables]', 'NETFILTER_DROP_at_nft_do_chain_nf_tables.pcapng'],
    ['10.0.0.1.40000 > 10.0.0.2.80 TCP, A at a', '10.0.0.1.40000_10.0.0.2.80_TCP_A_at_a.pcapng'],
    ['../../etc/passwd', 'etc_passwd.pcapng'],
    ['-rf /', 'rf.pcapng'],
    ['(not known)', 'not_known.pcapng'],
    ['(', 'drops.pcapng'],
    ['x'.repeat(300), `${'x'.repeat(60)}.pcapng`],
  ])('offers a name for the file of %s', (name, file) => {
    const shown = { ...SHOWN, view: viewOf([{ name }]) };
    expect(after(['w'], shown).state.input).toEqual({ of: 'file', text: file });
    expect(after(['w', 'return'], shown).action).toEqual({ of: 'write', path: file });
  });

  test('ends the writing when a row is being written', () => {
    expect(after(['w'], { ...SHOWN, writing: true })).toMatchObject({ action: { of: 'endWriting' } });
  });

  test('is about the row of the page, also when it has left the window', () => {
    const { state } = after(['down', 'return']);
    const left = { ...SHOWN, view: viewOf([{ name: 'another' }]) };
    expect(after(['w'], left, state).state).toMatchObject({
      selected: 'A at a',
      input: { text: 'A_at_a.pcapng' },
    });
  });
});

const anyKey = fc.oneof(
  fc.constantFrom('up', 'down', 'pageup', 'pagedown', 'home', 'end', 'tab', 'left', 'right', 'escape'),
  fc.constantFrom('return', 'backspace', 'space', 'ctrl-u', 'ctrl-l', 'ctrl-a', 'f1', 'undefined', 'insert'),
  fc.constantFrom(...'qsphnwk/?123456789jZ'.split(''), '\u{1f600}'),
);

test('any keys on any views give a page that fits, with the selected row on it', () => {
  const view = fc
    .array(
      fc.record({
        name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
        meaning: fc.constantFrom('unintended' as const, 'noise' as const),
      }),
      { maxLength: 30 },
    )
    .map((rows) => viewOf(rows));
  const size = fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 40 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(anyKey, view), { maxLength: 60 }), size, (steps, [columns, rows]) => {
      let state = firstState('causes', false);
      let [pageRows, maxScroll] = [1, 0];
      for (const [key, now] of steps) {
        state = press(state, keyOf(key), { view: now, pageRows, maxScroll, writing: false }).state;
        const rowLines = Array.from({ length: 50 }, () => [{ text: 'x'.repeat(90) }]);
        const facts = { columns, rows, unicode: true, flag: 'PAUSED', message: '', rowLines };
        const page = pageOf(now, state, facts);
        ({ pageRows, maxScroll } = page);
        expect(page.lines).toHaveLength(rows);
        expect(page.lines.flat().every(({ text }) => !/\p{Cc}/u.test(text))).toBe(true);
        for (const text of textsOf(page.lines)) expect(text.length).toBeLessThanOrEqual(columns);
        expect(page.cursor === undefined).toBe(state.input === undefined);
        const shown = now.tables[state.table].some(({ meaning }) => state.noise || meaning !== 'noise');
        // The name of the table, and the row.
        const selected = page.lines.flat().filter(({ style }) => style === 'selected').length;
        const onPage = state.page === 'tables' && rows > 6 && columns > 70 && shown;
        expect(onPage ? selected : 2).toBe(2);
      }
    }),
  );
});
