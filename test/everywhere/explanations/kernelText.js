// Looks for names in C source text, by their form: there is no preprocessor and no parser here.

/**
 * Whether the text names the drop reason: with any prefix (SKB_DROP_REASON_), or as the argument of a macro that adds the first
 * word, as fq's FQDR(BAND_LIMIT).
 * @param {string} text
 * @param {string} reason without SKB_DROP_REASON_
 */
export function containsReason(text, reason) {
  const rest = reason.slice(reason.indexOf('_') + 1);
  return new RegExp(`(?<![A-Za-z0-9])${reason}(?!\\w)|\\(${rest}\\)`).test(text);
}

/**
 * Whether the text defines the function: its name begins a list of parameters that a body follows, in a line that is not
 * indented. Also true for BPF_CALL_2(name, ...) and for a macro with parameters.
 * @param {string} text
 * @param {string} name
 */
export function definesFunction(text, name) {
  if (new RegExp(`^(#define ${name}\\(|BPF_CALL_\\d\\(${name},)`, 'm').test(text)) return true;
  for (const { index, 0: start } of text.matchAll(new RegExp(`^(?:\\w[^\\n(;=]*[ *])?${name}\\(`, 'gm'))) {
    const end = endOfParentheses(text, index + start.length);
    // Between the parameters and the body, the kernel has annotations such as __releases(&lock).
    if (/^\s*(?:\w+(?:\([^)]*\))?\s*)*\{/.test(text.slice(end, end + 400))) return true;
  }
  return false;
}

/** Whether the text has the word, not as a part of a longer one. @param {string} text @param {string} word */
export function containsWord(text, word) {
  return new RegExp(`\\b${word}\\b`).test(text);
}

/** The place after the parenthesis that closes the one before `from`. @param {string} text @param {number} from */
function endOfParentheses(text, from) {
  let depth = 1;
  let at = from;
  while (depth > 0 && at < text.length) {
    if (text[at] === '(') depth++;
    if (text[at] === ')') depth--;
    at++;
  }
  return at;
}
