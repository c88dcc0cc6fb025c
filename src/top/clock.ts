/** How late a drop may come for a clock that goes on: a file that is being written lags by its buffers. */
const LATE_SECONDS = 60;

/** Other clocks, for tests. */
export interface Clocks {
  /** Milliseconds; only goes forward. */
  nowMs(): number;
  /** Milliseconds since 1970 UTC. */
  wallMs(): number;
}

/**
 * The time of the newest drop. It goes on while no drop comes, so that drops leave the window. In a file this is so only if the newest
 * drop came about now by this host's time: the window of an older file ends with its last drop.
 */
export class DropClock {
  readonly #live: boolean;
  readonly #clocks: Clocks;
  #newest = 0;
  #seenMs = 0;
  #goesOn: boolean;
  #stopped = false;
  #first: number | undefined;

  /** @param live whether the drops are of the running kernel: the clock then always goes on */
  constructor(live: boolean, clocks: Clocks = { nowMs: () => performance.now(), wallMs: Date.now }) {
    this.#live = live;
    this.#goesOn = live;
    this.#clocks = clocks;
  }

  /** Seconds since 1970 UTC; 0 before the first drop of a file. Never goes back before `stop`. */
  get now(): number {
    if (!this.#goesOn) return this.#newest;
    return this.#newest + (this.#clocks.nowMs() - this.#seenMs) / 1000;
  }

  /** Whether `now` is the time of the last drop. */
  get isAtLastDrop(): boolean {
    return !this.#live && !this.#goesOn;
  }

  /** Time of the first drop that had one, in seconds since 1970 UTC; undefined before it. */
  get first(): number | undefined {
    return this.#first;
  }

  /** Sets the clock to the time of a drop, unless it is later already. @param time seconds since 1970 UTC; 0: not known */
  see(time: number): void {
    if (time > 0) this.#first ??= time;
    if (time < this.now) return;
    this.#newest = time;
    this.#seenMs = this.#clocks.nowMs();
    if (this.#live || this.#stopped) return;
    this.#goesOn = Math.abs(this.#clocks.wallMs() / 1000 - time) < LATE_SECONDS;
  }

  /** No more drops come: the clock stays; in a file, at the newest drop. */
  stop(): void {
    if (this.#live) this.#newest = this.now;
    this.#goesOn = false;
    this.#stopped = true;
  }
}
