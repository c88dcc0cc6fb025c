/**
 * The time of the newest drop, which goes on while no drop comes: a file that is being written has the clock of its host, and the
 * window of a file that is complete ends with its last drop.
 */
export class DropClock {
  readonly #nowMs: () => number;
  /** Whether no more drops come: the clock stays at the newest one. */
  stopped = false;
  /** Whether the clock stays at the time of `freeze`, or of a newer drop. */
  #frozen = false;
  #newest = 0;
  #seenMs = 0;
  #first: number | undefined;

  /** @param nowMs a clock that only goes forward */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Seconds since 1970 UTC. Without a drop: since the clock was made. Never goes back. */
  get now(): number {
    return this.stopped || this.#frozen ? this.#newest : this.#newest + (this.#nowMs() - this.#seenMs) / 1000;
  }

  /** Sets the clock to the time of a drop, unless it is later already. @param time seconds since 1970 UTC; 0: not known */
  see(time: number): void {
    if (time > 0) this.#first ??= time;
    if (time < this.now) return;
    this.#newest = time;
    this.#seenMs = this.#nowMs();
  }

  /** Ends the time without drops: nothing is counted any more. */
  freeze(): void {
    this.#newest = this.now;
    this.#frozen = true;
  }

  /** Time of the first drop that had one, in seconds since 1970 UTC; undefined before it. */
  get first(): number | undefined {
    return this.#first;
  }
}
