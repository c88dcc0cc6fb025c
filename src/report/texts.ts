import type { Meaning } from './report.js';

/** The longest text of a file in a report. */
const MAX_TEXT = 400;

/** What people read for each meaning. */
export const MEANING_WORDS: Readonly<Record<Meaning, string>> = {
  unintended: 'hurts',
  unclear: 'may hurt',
  unknown: 'not known',
  intended: 'by policy or protocol',
  noise: 'noise',
};

/** The meanings in the order of their weight. */
export const MEANINGS: readonly Meaning[] = ['unintended', 'unclear', 'unknown', 'intended', 'noise'];

/** A text of a file in one line of printable ASCII: other characters as `\xNN`, and at most 400 characters. */
export function plainText(text: string): string {
  const plain = text.replace(
    /[^ -~]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return plain.length <= MAX_TEXT ? plain : `${plain.slice(0, MAX_TEXT)}...`;
}
