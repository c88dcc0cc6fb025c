import { describe, expect, test } from 'vitest';
import { stylesFor } from '../../../../src/cli/screen/styles.js';

const SGR_OF_COLOURS = /(?:^|;)(?:[34]\d|9\d|10\d)/;
const coloured = (env: NodeJS.ProcessEnv, depth = 4) =>
  Object.values(stylesFor(env, depth)).some((sgr) => SGR_OF_COLOURS.test(sgr));

describe('colours', () => {
  test.each(['xterm', 'xterm-256color', 'linux', 'screen', 'tmux-256color', 'rxvt'])(
    'with TERM=%s',
    (TERM) => {
      expect(coloured({ TERM })).toBe(true);
      expect(coloured({ TERM, NO_COLOR: '' })).toBe(true);
      expect(coloured({ TERM, NO_COLOR: '1' })).toBe(false);
    },
  );

  test.each(['vt100', 'vt102', 'vt220', 'linux-m', 'xterm-mono'])('not with TERM=%s', (TERM) => {
    expect(coloured({ TERM })).toBe(false);
  });

  test('not where Node finds none', () => {
    expect(coloured({ TERM: 'xterm' }, 1)).toBe(false);
  });
});

test.each([4, 1])(
  'with %s bits of colour, selected text is in reverse video, and only selected text',
  (depth) => {
    const { selected, ...others } = stylesFor({ TERM: 'xterm' }, depth);
    expect(selected).toBe('7');
    expect(Object.values(others).filter((sgr) => sgr.split(';').includes('7'))).toEqual([]);
  },
);
