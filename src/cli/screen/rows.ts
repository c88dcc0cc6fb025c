import { cursorTo, eraseEndLine } from 'ansi-escapes';
import { printable } from '../terminal.js';
import type { Line } from '../../top/line.js';
import type { Styles } from './styles.js';

export const RESET = '\u001b[0m';

/** Number of columns and rows. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * What to write in each row, from the left, for these lines. The last lines are left out if there are more lines than rows, and
 * the ends of lines that are wider than the screen.
 */
export function rowsOf(lines: readonly Line[], size: Size, styles: Styles): string[] {
  return Array.from({ length: size.rows }, (_, row) => rowOf(lines[row] ?? [], size.columns, styles));
}

function rowOf(line: Line, columns: number, styles: Styles): string {
  let row = '';
  let free = columns;
  for (const { text, style } of line) {
    const characters = Array.from(printable(text)).slice(0, free);
    free -= characters.length;
    if (characters.length === 0) continue;
    row +=
      style === undefined ? characters.join('') : `\u001b[${styles[style]}m${characters.join('')}${RESET}`;
  }
  // Erasing after the last column would erase the character there: the cursor stays on that character.
  return free > 0 ? row + eraseEndLine : row;
}

/**
 * The text that makes a terminal show other rows.
 * @param shown what it shows; undefined if this is not known
 */
export function changesOf(shown: readonly string[] | undefined, rows: readonly string[]): string {
  return rows.map((row, number) => (row === shown?.[number] ? '' : cursorTo(0, number) + row)).join('');
}
