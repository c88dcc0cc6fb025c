import type { Line, Span } from './line.js';

/** The text in so many characters: cut, with `~` as its last one, or filled with blanks. */
export function fit(text: string, width: number): string {
  if (text.length <= width) return text.padEnd(width);
  return width <= 0 ? '' : `${text.slice(0, width - 1)}~`;
}

/** A line whose pieces together have at most so many characters. */
export function cutLine(line: Line, width: number): Line {
  let room = width;
  const cut: Span[] = [];
  for (const { text, style } of line) {
    if (room <= 0) break;
    cut.push({ text: text.length <= room ? text : fit(text, room), style });
    room -= text.length;
  }
  return cut;
}

/** A line with a piece at its right end, if there is room for it. */
export function withRight(left: Line, right: Span, width: number): Line {
  const used = left.reduce((sum, { text }) => sum + text.length, 0);
  const gap = width - used - right.text.length;
  return gap < 1 ? left : [...left, { text: ' '.repeat(gap) }, right];
}
