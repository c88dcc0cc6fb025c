import type { DropBatch } from '../drop/batch.js';
import { timeOf } from '../drop/rowTime.js';

const NANOSECONDS = 1_000_000_000;
/**
 * Most bytes that a drop usually takes in a file besides its packet. Only an estimate: with too small a number, a file can
 * have some drops too many.
 */
const OVERHEAD_BYTES = 1024;

/** When a file ends. The first limit that is reached counts. */
export interface RotationLimits {
  /** Bytes of a file. The drop that reaches them is the file's last; the statistics at the end come on top. */
  readonly bytes?: number | undefined;
  /** Drops of a file. */
  readonly packets?: number | undefined;
  /** Seconds from a file's first drop, by the times of the drops. */
  readonly seconds?: number | undefined;
  /** A file ends when the seconds since 1970 UTC pass a multiple of this number, by the times of the drops. */
  readonly interval?: number | undefined;
  /** Number of files after which the capture ends; by default it does not end. */
  readonly files?: number | undefined;
}

/**
 * Decides where a capture's files end: before a drop, so that no file is without drops. Does no I/O. One Rotation serves one
 * EncodedOutlet.
 */
export class Rotation {
  /** Whether the last file is full: the capture must end. */
  finished = false;
  /** Drops that came after the end of the last file, and are in no file. */
  refused = 0;
  readonly #limits: RotationLimits;
  #started = 0;
  #packets = 0;
  /** Time of the file's first drop: nanoseconds since 1970, with an error below 512; undefined before that drop. */
  #startNs: number | undefined;

  constructor(limits: RotationLimits) {
    this.#limits = limits;
  }

  /** Begins a file. */
  start(): void {
    this.#started++;
    this.#packets = 0;
    this.#startNs = undefined;
  }

  /**
   * The end of the next rows for the file, from `from` on. The same as `from`: the file must end before this row.
   * @param bytes of the file so far
   */
  take(batch: DropBatch, from: number, bytes: number): number {
    if (this.#isFull(bytes)) return from;
    const most = this.#limits.packets === undefined ? Infinity : this.#limits.packets - this.#packets;
    const end = Math.min(batch.length, from + most);
    let left = (this.#limits.bytes ?? Infinity) - bytes;
    let row = from;
    while (row < end && (row === from || left > 0) && !this.#isTooLate(batch, row)) {
      left -= batch.payloadLength[row]! + OVERHEAD_BYTES;
      row++;
    }
    return row;
  }

  /** Counts drops that were added to the file. @param bytes of the file with them */
  added(drops: number, bytes: number): void {
    this.#packets += drops;
    if (!this.#mayStart && this.#isFull(bytes)) this.finished = true;
  }

  /** Whether another file may begin. If not, counts the rows that are left, and ends the capture. */
  next(rows: number): boolean {
    if (this.#mayStart) return true;
    this.finished = true;
    this.refused += rows;
    return false;
  }

  get #mayStart(): boolean {
    return this.#started < (this.#limits.files ?? Infinity);
  }

  #isFull(bytes: number): boolean {
    const { bytes: mostBytes = Infinity, packets = Infinity } = this.#limits;
    return this.#packets > 0 && (bytes >= mostBytes || this.#packets >= packets);
  }

  /**
   * Whether the file has drops, and would end before a drop of this time.
   * @param timeNs nanoseconds since 1970 UTC
   */
  isOver(timeNs: number): boolean {
    const { seconds = Infinity, interval = Infinity } = this.#limits;
    if (this.#startNs === undefined) return false;
    if (timeNs - this.#startNs >= seconds * NANOSECONDS) return true;
    return intervalOf(timeNs, interval) > intervalOf(this.#startNs, interval);
  }

  /** Whether the row's time is after the end of the file. The file's first row sets the file's begin. */
  #isTooLate(batch: DropBatch, row: number): boolean {
    const timeNs = timeOf(batch, row);
    this.#startNs ??= timeNs;
    return this.isOver(timeNs);
  }
}

/** The number of the interval with the time. An error below 512 ns can move a drop at a border of intervals. */
function intervalOf(timeNs: number, seconds: number): number {
  return Math.floor(timeNs / NANOSECONDS / seconds);
}
