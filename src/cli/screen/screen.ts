import { closeSync, constants, fstatSync } from 'node:fs';
import {
  cursorHide,
  cursorShow,
  cursorTo,
  enterAlternativeScreen,
  exitAlternativeScreen,
} from 'ansi-escapes';
import { describeFileError, UsageError } from '../../errors.js';
import { openErrorStream, say, setScreenOwner } from '../terminal.js';
import { inForeground } from './foreground.js';
import { type Key, Keyboard, openControllingTerminal } from './keyboard.js';
import type { Line } from '../../top/line.js';
import { TerminalOutput } from './output.js';
import { changesOf, RESET, rowsOf, type Size } from './rows.js';
import { type Styles, stylesFor } from './styles.js';
import { startWatcher, terminalSettings } from './watcher.js';

const { O_NONBLOCK, O_RDWR } = constants;
const ENTER = enterAlternativeScreen + RESET + cursorHide;
const LEAVE = RESET + cursorShow + exitAlternativeScreen;
/** As a process id: all processes of this process's group. */
const OWN_GROUP = 0;
/** Of a terminal that does not report its size. */
const DEFAULT_SIZE: Size = { columns: 80, rows: 24 };

/** A place on the screen, from 0. */
export interface Place {
  readonly column: number;
  readonly row: number;
}

/** The whole screen of the terminal. Each listener replaces the one before. */
export interface Screen {
  readonly size: Size;
  /**
   * Shows lines, the first one at the top. Rows below the last line are empty. Lines and ends of lines that have no place are
   * left out. Shows the lines later if the terminal takes no bytes, or another program is in the foreground.
   * @param cursor where the cursor is shown; without a place it is hidden
   */
  draw(lines: readonly Line[], cursor?: Place): void;
  /** Writes all rows again, as after another program wrote on the screen. */
  redraw(): void;
  onKey(listener: (key: Key) => void): void;
  /** The listener must draw: what the terminal shows after a change of its size is not known. */
  onResize(listener: () => void): void;
  /** The terminal is gone: no key will come, and nothing is shown. Called once. */
  onGone(listener: () => void): void;
  /** Gives the listener the texts of `say`, which would be written into the screen. */
  onSay(listener: (text: string) => void): void;
  /** Gives the terminal back and stops this process and its group, as Ctrl-Z does. Returns when the process runs again. */
  suspend(): void;
  /** Gives the terminal back as it was. Can be called again. */
  close(): void;
}

/**
 * Takes the terminal: its whole screen, and its keys. Gives it back when the process ends, however it ends.
 * Standard output must be a terminal. The event loop does not end while the screen is open.
 */
export function openScreen(): Screen {
  const { TERM } = process.env;
  if (!TERM || TERM === 'dumb')
    throw new UsageError(`the terminal cannot show a live view: TERM is ${TERM || 'not set'} (use --once)`);
  try {
    return new TerminalScreen(openControllingTerminal(O_RDWR | O_NONBLOCK));
  } catch (cause) {
    throw new UsageError(`cannot open the terminal: ${describeFileError(cause)} (use --once)`, { cause });
  }
}

/** Node aborts when it ends and cannot reset a terminal that is gone. It does not reset a terminal that is closed. */
function closeStandardTerminals(): void {
  for (const fd of [0, 1, 2]) {
    try {
      if (fstatSync(fd).isCharacterDevice()) closeSync(fd);
    } catch {
      // It is closed.
    }
  }
}

class TerminalScreen implements Screen {
  readonly #terminal: number;
  readonly #output: TerminalOutput;
  readonly #styles: Styles;
  /** Undefined while another program has the terminal. */
  #keyboard: Keyboard | undefined;
  #dismissWatcher = () => {};
  #lines: readonly Line[] = [];
  #cursor: Place | undefined;
  /** What the terminal shows; undefined if this is not known. */
  #shown: readonly string[] | undefined;
  #shownCursor = '';
  #state: 'open' | 'gone' | 'closed' = 'open';
  /** Texts that no listener took. */
  readonly #untold: string[] = [];
  #keyListener: (key: Key) => void = () => {};
  #resizeListener = () => {};
  #goneListener = () => {};
  #sayListener: ((text: string) => void) | undefined;

  constructor(terminal: number) {
    this.#terminal = terminal;
    this.#styles = stylesFor(process.env, process.stdout.getColorDepth());
    this.#output = new TerminalOutput(terminal, { onReady: () => this.#show(), onGone: this.#onGone });
    this.#enter();
    setScreenOwner({ say: (text) => this.#say(text), release: this.close });
    process.on('exit', this.close);
    process.stdout.on('resize', this.#onResize);
    // Node fails to read the size of a terminal that is gone, for each stream.
    process.stdout.on('error', this.#onGone);
    openErrorStream();
    this.#listenToJobControl();
  }

  get size(): Size {
    const { columns, rows } = process.stdout;
    return columns > 0 && rows > 0 ? { columns, rows } : DEFAULT_SIZE;
  }

  onKey(listener: (key: Key) => void): void {
    this.#keyListener = listener;
  }

  onResize(listener: () => void): void {
    this.#resizeListener = listener;
  }

  onGone(listener: () => void): void {
    this.#goneListener = listener;
  }

  onSay(listener: (text: string) => void): void {
    this.#sayListener = listener;
    for (const text of this.#untold.splice(0)) listener(text);
  }

  draw(lines: readonly Line[], cursor?: Place): void {
    this.#lines = lines;
    this.#cursor = cursor;
    // The shell brings a job to the foreground without a signal if the job runs.
    this.#enter();
    this.#show();
  }

  redraw(): void {
    this.#shown = undefined;
    this.#show();
  }

  suspend(): void {
    this.#stop(OWN_GROUP);
  }

  readonly close = (): void => {
    if (this.#state === 'closed') return;
    this.#leave();
    this.#state = 'closed';
    process.off('exit', this.close);
    process.stdout.off('resize', this.#onResize);
    this.#ignoreJobControl();
    setScreenOwner(undefined);
    closeSync(this.#terminal);
    for (const text of this.#untold.splice(0)) say(text);
  };

  /** Takes the terminal, unless another program has it. */
  #enter(): void {
    if (this.#state !== 'open' || this.#keyboard !== undefined || !inForeground()) return;
    const settings = terminalSettings();
    if (settings !== undefined) this.#dismissWatcher = startWatcher(this.#terminal, LEAVE, settings);
    this.#keyboard = new Keyboard({ onKey: (key) => this.#keyListener(key), onGone: this.#onGone });
    this.#output.write(ENTER);
    this.#shown = undefined;
  }

  /** Gives the terminal back. */
  #leave(): void {
    if (this.#keyboard === undefined) return;
    this.#output.writeLast(LEAVE);
    this.#keyboard.close();
    this.#keyboard = undefined;
    this.#dismissWatcher();
  }

  #show(): void {
    if (this.#keyboard === undefined || !this.#output.ready) return;
    const rows = rowsOf(this.#lines, this.size, this.#styles);
    const cursor = this.#cursor ? cursorTo(this.#cursor.column, this.#cursor.row) + cursorShow : '';
    const changes = changesOf(this.#shown, rows);
    if (changes === '' && cursor === this.#shownCursor) return;
    this.#shown = rows;
    this.#shownCursor = cursor;
    this.#output.write(cursorHide + changes + cursor);
  }

  /** @param pid of the process to stop; 0 for the group of this process */
  #stop(pid: number): void {
    this.#leave();
    // Without listeners, the signals do what they do by default: SIGTSTP stops, and SIGCONT does nothing more than continue.
    this.#ignoreJobControl();
    process.kill(pid, 'SIGTSTP');
    // The process was stopped and runs again. Or it was not stopped: nobody controls its group as a job.
    this.#listenToJobControl();
    this.#comeBack();
  }

  /** The shell used the terminal, and may have changed its size. */
  #comeBack(): void {
    process.kill(process.pid, 'SIGWINCH');
    this.#enter();
    this.#show();
  }

  #listenToJobControl(): void {
    process.on('SIGTSTP', this.#onStop);
    process.on('SIGCONT', this.#onContinue);
  }

  #ignoreJobControl(): void {
    process.off('SIGTSTP', this.#onStop);
    process.off('SIGCONT', this.#onContinue);
  }

  readonly #onStop = (): void => this.#stop(process.pid);

  /** After a stop by SIGSTOP, which no process is told. */
  readonly #onContinue = (): void => {
    this.#leave();
    this.#comeBack();
  };

  readonly #onResize = (): void => {
    this.#shown = undefined;
    this.#resizeListener();
  };

  readonly #onGone = (): void => {
    if (this.#state !== 'open') return;
    this.#state = 'gone';
    process.on('exit', closeStandardTerminals);
    this.#goneListener();
  };

  #say(text: string): void {
    if (this.#sayListener) this.#sayListener(text);
    else this.#untold.push(text);
  }
}
