import { constants, openSync, writeSync } from 'node:fs';
import { journalPrefix, PRIORITY_ERROR, PRIORITY_INFO, type Priority } from './journal.js';

const { O_NOCTTY, O_NONBLOCK, O_WRONLY } = constants;

/** Writes text unchanged to standard error. */
export function writeError(text: string): void {
  ignoreErrors(process.stderr).write(text);
}

/**
 * Makes Node create its stream of standard error, as the first write does. If standard error is a pipe, Node then sets it to
 * non-blocking, for all processes that have it. A program that is started later sets it to blocking again, so that its writes do
 * not fail when the pipe is full.
 */
export function openErrorStream(): void {
  ignoreErrors(process.stderr);
}

/** Text of standard output that its reader has not taken yet; undefined when there is none. */
let untaken: Promise<void> | undefined;

/** Writes text unchanged to standard output. */
export function writeOutput(text: string): void {
  untaken = new Promise((resolve) => {
    // Called with an error when the reader is gone.
    ignoreErrors(process.stdout).write(text, () => resolve());
  });
}

/**
 * Waits until the reader of standard output has taken all text, or is gone. Must be called before the process exits: a pipe takes
 * 64 KiB at once, and a socket some hundred lines.
 */
export async function outputTaken(): Promise<void> {
  await untaken;
}

/**
 * Makes the stream ignore its errors, and returns it. When its reader is gone, text is lost; without this the error would
 * end the process, and with it the capture. Callers must not use process.stdout and process.stderr before they write:
 * Node creates each stream at its first use, which takes milliseconds.
 */
function ignoreErrors(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return stream.listenerCount('error') > 0 ? stream : stream.on('error', () => {});
}

/** What has the terminal's whole screen, so that nothing else may write to the terminal. */
export interface ScreenOwner {
  /** Takes a text for the user, without control characters. */
  say(text: string): void;
  /** Gives the terminal back as it was. */
  release(): void;
}

let owner: ScreenOwner | undefined;

/** Gives the texts of `say` to a screen instead of the terminal; undefined when the screen is closed. */
export function setScreenOwner(next: ScreenOwner | undefined): void {
  owner = next;
}

/**
 * Writes a line to standard error. Shows control characters as `\xNN`: a terminal would obey them.
 * @param priority of the line in systemd's journal
 */
export function say(text: string, priority: Priority = PRIORITY_INFO): void {
  if (owner) {
    owner.say(printable(text));
    if (ignoreErrors(process.stderr).isTTY) return;
  }
  writeError(`${shown === '' ? '' : CLEAR_LINE}${journalPrefix(priority)}${printable(text)}\n${shown}`);
}

/** Writes a line to standard output, as `say` does. For results; errors and progress go to `say`. */
export function print(text: string): void {
  writeOutput(`${printable(text)}\n`);
}

/** Writes a value as a line of JSON to standard output, in ASCII. */
export function printJson(value: object): void {
  writeOutput(`${asciiJson(JSON.stringify(value))}\n`);
}

/** JSON with JSON escapes for all characters that are not ASCII. */
export function asciiJson(json: string): string {
  return json.replace(/[^\u0020-\u007e]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
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
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- the pattern looks for control characters
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

const CLEAR_LINE = '\r\u001b[K';

/** The line that `showLine` wrote; empty without one. A notice is written above it. */
let shown = '';

/** The terminal, opened so that a write does not wait. Undefined: not opened. */
let terminal: number | undefined;

/**
 * Makes `showLine` never wait for the terminal. A terminal can stop for long, by Ctrl-S or a connection that hangs, and a
 * capture that waits for it loses drops. Must be called before the process gets another user, who may not open the
 * terminal.
 */
export function openTerminal(): void {
  if (!process.stderr.isTTY) return;
  try {
    terminal = openSync('/proc/self/fd/2', O_WRONLY | O_NONBLOCK | O_NOCTTY);
  } catch {
    // Without /proc, for example: then writes wait.
  }
}

/**
 * Shows a line that the next call replaces. Only for a terminal. Shows nothing if the terminal takes no bytes.
 * @param text without control characters, and shorter than the terminal is wide
 */
export function showLine(text: string): void {
  if (text === shown) return;
  if (terminal === undefined) {
    writeError(CLEAR_LINE + text);
  } else {
    try {
      writeSync(terminal, CLEAR_LINE + text);
    } catch {
      return; // EAGAIN: the terminal is stopped. EIO: it is gone.
    }
  }
  shown = text;
}

/** Leaves the terminal as the shell expects it. Must be called before a signal ends the program. */
export function releaseTerminal(): void {
  removeLine();
  owner?.release();
}

/** Removes the line of `showLine`. Must be called before the program ends: the shell's prompt would follow the line. */
export function removeLine(): void {
  if (shown !== '') showLine('');
  shown = '';
}
