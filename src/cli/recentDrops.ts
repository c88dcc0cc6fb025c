import { functionOf } from '../class/dropCause.js';
import type { DropKind } from '../drop/kind.js';
import type { KindTally } from '../tally/kindTally.js';

/** Span of the rate on the live line: a few seconds, so that the line says what happens now. */
const WINDOW_MS = 3000;
/** A longer time without a sample: no drop came, and the line was not drawn. */
const PAUSE_MS = 2000;

/** The counters of a capture at one time. */
export interface Sample {
  /** Of a clock that only goes forward. */
  readonly ms: number;
  readonly captured: number;
  /** Drops that were given to the outlets. */
  readonly delivered: number;
  /** These drops by reason. */
  readonly reasons: ReadonlyMap<string, number>;
}

/** What came between two samples. */
export interface RecentDrops {
  /** Captured drops a second. */
  readonly perSecond: number;
  /** The reason of most drops that were given to the outlets, and its share of them from 0 to 1. */
  readonly most?: { readonly reason: string; readonly share: number };
}

export const NO_DROPS: Sample = { ms: 0, captured: 0, delivered: 0, reasons: new Map() };

/** Adds up the tally's drops by reason. O(kinds): call it once for each text. */
export function sampleOf(ms: number, captured: number, tally: KindTally): Sample {
  const reasons = new Map<string, number>();
  for (const { kind, drops } of tally.counts()) {
    const reason = reasonOf(kind);
    reasons.set(reason, (reasons.get(reason) ?? 0) + drops);
  }
  return { ms, captured, delivered: tally.drops, reasons };
}

/** The kernel's reason, else the trap of the hardware, else the function: kernels before 5.18 give no reasons. */
function reasonOf({ reason, trap, symbol }: DropKind): string {
  return reason ?? trap ?? (functionOf(symbol) || 'no reason');
}

export function dropsBetween(before: Sample, now: Sample): RecentDrops {
  const ms = now.ms - before.ms;
  const perSecond = ms > 0 ? ((now.captured - before.captured) / ms) * 1000 : 0;
  let [reason, most] = ['', 0];
  for (const [name, drops] of now.reasons) {
    const more = drops - (before.reasons.get(name) ?? 0);
    if (more > most) [reason, most] = [name, more];
  }
  if (most === 0) return { perSecond };
  return { perSecond, most: { reason, share: most / (now.delivered - before.delivered) } };
}

/** The last seconds of a capture. Has at most one sample for each text on the live line. */
export class RecentWindow {
  /** The first one is at least WINDOW_MS old, if there is such a sample. */
  readonly #samples: Sample[];

  /** @param first the counters at the start */
  constructor(first: Sample) {
    this.#samples = [first];
  }

  /** The drops of the last seconds. Must be called at least once a second while drops arrive. */
  add(now: Sample): RecentDrops {
    const samples = this.#samples;
    const start = now.ms - WINDOW_MS;
    samples.push(now);
    while (samples[1]!.ms <= start) samples.shift();
    const before = samples[0]!;
    // After a pause, the drops are from the window: the sample before them is old only because nothing changed.
    return dropsBetween(before.ms < start - PAUSE_MS ? { ...before, ms: start } : before, now);
  }
}
