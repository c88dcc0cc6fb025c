import { journalPrefix, PRIORITY_ERROR, PRIORITY_INFO, type Priority } from './journal.js';

/** Writes text unchanged to standard error. */
export function writeError(text: string): void {
  ignoreErrors(process.stderr).write(text);
}

/** Writes text unchanged to standard output. */
export function writeOutput(text: string): void {
  ignoreErrors(process.stdout).write(text);
}

/**
 * Makes the stream ignore its errors, and returns it. When its reader is gone, text is lost; without this the error would
 * end the process, and with it the capture. Callers must not use process.stdout and process.stderr before they write:
 * Node creates each stream at its first use, which takes milliseconds.
 */
function ignoreErrors(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return stream.listenerCount('error') > 0 ? stream : stream.on('error', () => {});
}

/**
 * Writes a line to standard error. Shows control characters as `\xNN`: a terminal would obey them.
 * @param priority of the line in systemd's journal
 */
export function say(text: string, priority: Priority = PRIORITY_INFO): void {
  writeError(`${shown === '' ? '' : CLEAR_LINE}${journalPrefix(priority)}${printable(text)}\n${shown}`);
}

/** Writes a line to standard output, as `say` does. For results; errors and progress go to `say`. */
export function print(text: string): void {
  writeOutput(`${printable(text)}\n`);
}

/** Writes a value as a line of JSON to standard output, in ASCII, with JSON escapes for all other characters. */
export function printJson(value: object): void {
  const json = JSON.stringify(value).replace(/[^\u0020-\u007e]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  writeOutput(`${json}\n`);
}

/** Writes an error text of commander to standard error: one or two lines, which may hold arguments of the user. */
export function writeUsageError(text: string): void {
  writeError(
    text
      .split(/\n(?=\(Did you mean|$)/)
      .map((line) => (line === '' ? '' : journalPrefix(PRIORITY_ERROR)) + printable(line))
      .join('\n'),
  );
}

/** Text with every control character as `\xNN`. */
function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- the pattern looks for control characters
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

const REDRAW_MS = 200;
const CLEAR_LINE = '\r\u001b[K';

/** The status line that the terminal shows; empty without one. A notice is written above it. */
let shown = '';

/** A line on a terminal with the counters of a running capture. Draws only after a change. */
export class StatusLine {
  #timer: NodeJS.Timeout | undefined;
  #text = () => '';

  /** Shows the text within REDRAW_MS, as it is then. A later call replaces the text. */
  update(text: () => string): void {
    this.#text = text;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // A line as wide as the terminal would wrap, and each redraw would scroll.
      shown = printable(this.#text()).slice(0, Math.max((process.stderr.columns || 80) - 1, 0));
      writeError(CLEAR_LINE + shown);
    }, REDRAW_MS);
  }

  /** Removes the line. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    shown = '';
    writeError(CLEAR_LINE);
  }
}
