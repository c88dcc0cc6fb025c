import type { Explained } from './explain.js';

const INDENT = '  ';

/** An explanation as lines for people, at most `columns` wide except for commands, which people copy. */
export function explanationLines(
  { name, kind, class: discard, explanation }: Explained,
  columns: number,
): string[] {
  const { what, causes, sender, counters, next, source } = explanation;
  const classText = discard === undefined ? '' : `, class ${discard.name}, ${discard.intent}`;
  const block = (text: string, first = INDENT, rest = first) => wrap(text, columns, first, rest);
  return [
    `${name} (${kind}${classText})`,
    ...block(what),
    '',
    'Usual causes, the likeliest first:',
    ...causes.flatMap(([cause, sign], i) =>
      block(cause, `${i + 1}. `.padStart(4), '    ').concat(block(`Sign: ${sign}`, '    ')),
    ),
    '',
    'The sender:',
    ...block(sender),
    'Counters:',
    ...block(counters),
    'Run next:',
    ...next.map((command) => INDENT + command),
    'In the kernel:',
    ...source.map((text) => `${INDENT}Linux ${text}`),
  ];
}

/** Breaks a text at blanks. @param first begins the first line; `rest` begins the others */
function wrap(text: string, columns: number, first: string, rest: string): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
