import { closeSync, constants, openSync, writeSync } from 'node:fs';

const { O_NONBLOCK, O_RDONLY, O_RDWR } = constants;
const SET = 1;
const ADD = 2;
const DISABLE = 5;
const HEADER_BYTES = 6;
/** A write of at most PIPE_BUF bytes to a pipe is whole or fails. */
const PIPE_BUF = 4096;

/**
 * A message to a control of Wireshark's toolbar (doc/extcap.4, "control pipes"). Big-endian:
 *
 * | offset | size | name | meaning |
 * | ------ | ---- | ---- | ------- |
 * | 0 | 1 | sync | 'T' |
 * | 1 | 3 | length | of what follows |
 * | 4 | 1 | number | of the control |
 * | 5 | 1 | command | 1 set, 2 add, 5 disable |
 * | 6 | n | payload | UTF-8; cut so that the message fits into PIPE_BUF |
 */
function encodeControl(number: number, command: number, text: string): Buffer {
  const payload = Buffer.from(text).subarray(0, PIPE_BUF - HEADER_BYTES);
  const message = Buffer.alloc(HEADER_BYTES + payload.length);
  message.write('T');
  message.writeUIntBE(payload.length + 2, 1, 3);
  message[4] = number;
  message[5] = command;
  payload.copy(message, HEADER_BYTES);
  return message;
}

/**
 * The toolbar of a capture. Its pipes never block the capture: a message that Wireshark does not take is left out.
 * Without pipes, as under tshark, it shows nothing.
 */
export class Toolbar {
  #output = -1;
  #input = -1;
  readonly #shown = new Map<number, string>();

  /**
   * @param input the pipe that Wireshark writes to. It is opened because Wireshark waits for that, and never read: no control
   * sends anything.
   * @param output the pipe that Wireshark reads.
   * @throws Error of node:fs when a pipe cannot be opened
   */
  constructor(input: string | undefined, output: string | undefined) {
    if (!output) return;
    // O_RDWR: opening a FIFO only to write waits for its reader, or fails without one (fifo(7)).
    this.#output = openSync(output, O_RDWR | O_NONBLOCK);
    if (input) this.#input = openSync(input, O_RDONLY | O_NONBLOCK);
  }

  /** Whether Wireshark has a toolbar. */
  get open(): boolean {
    return this.#output >= 0;
  }

  /** Makes a control one that only shows its text. */
  disable(number: number): void {
    this.#send(encodeControl(number, DISABLE, ''));
  }

  /** Shows a text in a control, if it changed. */
  set(number: number, text: string): void {
    if (this.#shown.get(number) === text) return;
    if (this.#send(encodeControl(number, SET, text))) this.#shown.set(number, text);
  }

  /** Adds a line to a log. */
  log(number: number, line: string): void {
    this.#send(encodeControl(number, ADD, `${line}\n`));
  }

  close(): void {
    for (const fd of [this.#output, this.#input]) if (fd >= 0) closeSync(fd);
    this.#output = this.#input = -1;
  }

  #send(message: Buffer): boolean {
    if (this.#output < 0) return false;
    try {
      writeSync(this.#output, message);
      return true;
    } catch {
      return false; // The pipe is full: EAGAIN.
    }
  }
}
