/** Writes text as it is to standard error. */
export function writeError(text: string): void {
  ignoreErrors(process.stderr).write(text);
}

/** Writes text as it is to standard output. */
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

/** Writes a line to standard error. Control characters in it, of whatever origin, are shown and not sent. */
export function say(text: string): void {
  writeError(`${printable(text)}\n`);
}

/** Writes a line to standard output, likewise. For what was asked for; errors and progress are said. */
export function print(text: string): void {
  writeOutput(`${printable(text)}\n`);
}

/** Writes a value as a line of JSON to standard output, in ASCII: JSON has escapes of its own. */
export function printJson(value: object): void {
  const json = JSON.stringify(value).replace(/[^\u0020-\u007e]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  writeOutput(`${json}\n`);
}

/** Text with every control character as `\xNN`. */
function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what it looks for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

const REDRAW_MS = 200;
const CLEAR_LINE = '\r\u001b[K';

/** A line on a terminal that shows what a capture came to so far. Draws only when something changed. */
export class StatusLine {
  #timer: NodeJS.Timeout | undefined;
  #text = '';

  /** Shows `text` soon, or whatever later call replaces it by. */
  update(text: string): void {
    this.#text = text;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      writeError(CLEAR_LINE + printable(this.#text));
    }, REDRAW_MS);
  }

  /** Takes the line away. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    writeError(CLEAR_LINE);
  }
}
