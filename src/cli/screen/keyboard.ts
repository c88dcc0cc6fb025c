import { constants, openSync } from 'node:fs';
import { emitKeypressEvents, type Interface, type Key as KeypressKey } from 'node:readline';
import { ReadStream } from 'node:tty';

const { O_NOCTTY, O_RDONLY } = constants;
/** After this time, Escape is the key and not the beginning of another key's sequence. Node's own 500 ms can be felt. */
const ESCAPE_MS = 100;

/** A key that was pressed. */
export interface Key {
  /** As Node's readline names it: `up`, `pagedown`, `return`, `escape`, `a`. Keys without such a name: their character. */
  readonly name: string;
  /** The character that the key typed; empty for other keys. `name` of `A` is `a`, but its text is `A`. */
  readonly text: string;
  readonly ctrl: boolean;
}

/** What the keyboard calls. */
export interface KeyboardListeners {
  onKey(key: Key): void;
  /** The terminal is gone. */
  onGone(): void;
}

/** Opens the terminal that controls this process. Standard input can be something else, such as a pipe with drops. */
export function openControllingTerminal(flags: number): number {
  return openSync('/dev/tty', flags | O_NOCTTY);
}

/** Reads keys from the terminal, which is in raw mode until `close`. Keeps the event loop alive. */
export class Keyboard {
  readonly #input: ReadStream;

  constructor(listeners: KeyboardListeners) {
    this.#input = new ReadStream(openControllingTerminal(O_RDONLY));
    this.#input.on('error', () => listeners.onGone());
    this.#input.on('end', () => listeners.onGone());
    this.#input.setRawMode(true);
    emitKeypressEvents(this.#input, { escapeCodeTimeout: ESCAPE_MS } as unknown as Interface);
    this.#input.on('keypress', (text: string | undefined, key: KeypressKey) => {
      const pressed = keyOf(text, key);
      if (pressed) listeners.onKey(pressed);
    });
  }

  /** Gives the terminal back the settings that it had. */
  close(): void {
    this.#input.setRawMode(false);
    this.#input.removeAllListeners('keypress');
    this.#input.destroy();
  }
}

/** The key of readline's event; undefined for a key that is pressed with Alt, and for bytes that are no key. */
function keyOf(text: string | undefined, { name, ctrl = false, meta }: KeypressKey): Key | undefined {
  // readline sets `meta` for Escape alone, too.
  if (meta && name !== 'escape') return undefined;
  const typed = !ctrl && text !== undefined && /^[^\p{Cc}]+$/u.test(text) ? text : '';
  const known = name ?? typed;
  return known === '' || known === 'undefined' ? undefined : { name: known, text: typed, ctrl };
}
