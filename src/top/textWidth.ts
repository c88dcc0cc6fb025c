import type { Line, Span, Style } from './line.js';

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

/** The text in lines of at most so many characters, broken at blanks where there are some. */
export function wrapText(text: string, width: number): string[] {
  if (width <= 0) return [text];
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const blank = rest.lastIndexOf(' ', width);
    const end = blank > 0 ? blank : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

/** A line with a piece at its right end, which takes room from the line. The first `kept` characters of the line stay. */
export function withRight(left: Line, right: string, style: Style, width: number, kept: number): Line {
  if (right === '') return left;
  const text = right.length <= width - kept - 1 ? right : fit(right, width - kept - 1);
  const line = cutLine(left, width - text.length - 1);
  const used = line.reduce((sum, span) => sum + span.text.length, 0);
  return [...line, { text: ' '.repeat(width - text.length - used) }, { text, style }];
}
