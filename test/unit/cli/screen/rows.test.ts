import { describe, expect, test } from 'vitest';
import { changesOf, rowsOf } from '../../../../src/cli/screen/rows.js';
import { stylesFor } from '../../../../src/cli/screen/styles.js';

const styles = stylesFor({ TERM: 'xterm' }, 4);
const size = { columns: 8, rows: 3 };
const plain = (...lines: string[]) =>
  rowsOf(
    lines.map((text) => [{ text }]),
    size,
    styles,
  );

describe('the rows of lines', () => {
  test('are as many as the screen has', () => {
    expect(plain('a')).toEqual(['a\u001b[K', '\u001b[K', '\u001b[K']);
    expect(plain('a', 'b', 'c', 'd')).toHaveLength(3);
  });

  test('are not wider than the screen, and a full row is not erased at its end', () => {
    expect(plain('1234567', '12345678', '123456789')).toEqual(['1234567\u001b[K', '12345678', '12345678']);
  });

  test('are cut in the middle of a span, with its style reset', () => {
    const spans = [{ text: '12345' }, { text: '6789', style: 'bad' as const }, { text: 'x' }];
    expect(rowsOf([spans], size, styles)[0]).toBe('12345\u001b[1;31m678\u001b[0m');
  });

  test('count characters, not their bytes or UTF-16 units', () => {
    expect(plain('▁▂▃▄▅▆▇█▁', '😀2345678')).toEqual(['▁▂▃▄▅▆▇█', '😀2345678', '\u001b[K']);
  });

  test('have no control character of a text', () => {
    expect(plain('\u001b[2J')[0]).toBe('\\x1b[2J\u001b[K');
  });
});

describe('the changes', () => {
  test('are only the rows that differ', () => {
    expect(changesOf(plain('a', 'b', 'c'), plain('a', 'x', 'c'))).toBe('\u001b[2;1Hx\u001b[K');
    expect(changesOf(plain('a', 'b'), plain('a', 'b'))).toBe('');
  });

  test('are all rows when it is not known what is shown', () => {
    expect(changesOf(undefined, plain('a'))).toBe(
      '\u001b[1;1Ha\u001b[K\u001b[2;1H\u001b[K\u001b[3;1H\u001b[K',
    );
  });
});
