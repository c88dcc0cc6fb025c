import { copyBytes } from '../bytes.js';
import { putDigits } from '../asciiDigits.js';
import { nanosecondsOf, secondsOf } from './timestamp.js';

const SECOND_NS = 1_000_000_000;
const MINUTE_NS = 60 * SECOND_NS;
const FRACTION_DIGITS = 9;
const POINT = 0x2e;

/** Length of a time in bytes: years have four digits for all times below 2^64 nanoseconds. */
export const TIME_TEXT_BYTES: number = '2026-01-01T00:00:00.000000000'.length;

/**
 * Writes times as `2026-01-01T00:00:00.000000000`, UTC. Keeps the text of the minute: the times of one minute usually
 * come one after another.
 */
export class TimeText {
  /** A time of the kept minute in two words, and its nanoseconds since the minute's start. */
  #high = 0;
  #low = 0;
  #ns = Number.NaN;
  #minute: Uint8Array = new Uint8Array(0);

  /** Writes a time: nanoseconds since 1970 UTC, in two words of 32 bits. Returns the offset after the text. */
  write(bytes: Uint8Array, at: number, high: number, low: number): number {
    // A small difference is exact. A large difference may be inexact, but is never in the minute.
    let ns = this.#ns + (high - this.#high) * 2 ** 32 + (low - this.#low);
    if (!(ns >= 0 && ns < MINUTE_NS)) ns = this.#begin(high, low);
    const minute = this.#minute;
    copyBytes(minute, 0, minute.length, bytes, at);
    const seconds = Math.floor(ns / SECOND_NS);
    const point = putDigits(bytes, at + minute.length, seconds, 2);
    bytes[point] = POINT;
    return putDigits(bytes, point + 1, ns - seconds * SECOND_NS, FRACTION_DIGITS);
  }

  #begin(high: number, low: number): number {
    const seconds = secondsOf(high, low);
    this.#high = high;
    this.#low = low;
    this.#ns = (seconds % 60) * SECOND_NS + nanosecondsOf(high, low);
    this.#minute = Buffer.from(new Date(seconds * 1000).toISOString().slice(0, -'00.000Z'.length), 'latin1');
    return this.#ns;
  }
}
