import { UsageError } from '../errors.js';

/** A word: parts without blanks, or between quotes. */
const WORD = /(?:[^\s'"]|'[^']*'|"[^"]*")+/gy;
const QUOTED = /'([^']*)'|"([^"]*)"/g;

/**
 * Splits a command into words. Blanks part the words; in single or double quotes, blanks are part of a word. Nothing else
 * has a meaning: no variables, no backslashes, no pipes.
 * @throws UsageError without a word, and for a quote without its end
 */
export function splitCommand(text: string): string[] {
  const trimmed = text.trim();
  const words: string[] = [];
  for (let at = 0; at < trimmed.length;) {
    WORD.lastIndex = at;
    const word = WORD.exec(trimmed)?.[0];
    if (word === undefined) throw new UsageError(`a quote has no end in the command ${text}`);
    words.push(word.replaceAll(QUOTED, (_, single?: string, double?: string) => single ?? double ?? ''));
    at += word.length;
    while (/\s/.test(trimmed[at] ?? '')) at++;
  }
  if ((words[0] ?? '') === '') throw new UsageError('the command names no program');
  return words;
}
