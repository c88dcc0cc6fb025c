/** Drops that were lost before they reached us, by cause. Undefined: not known. */
export interface LossCounters {
  /** Packets dropped because a processor's queue in the kernel was full (NET_DM_ATTR_STATS). */
  readonly queueDrops: number | undefined;
  /** Alerts dropped because our socket's receive buffer was full. */
  readonly overruns: number | undefined;
}

export const NO_LOSSES: LossCounters = { queueDrops: 0, overruns: 0 };

/** The losses from `before` to `now`. Not known when one of them is not known. */
export function lossesBetween(before: LossCounters, now: LossCounters): LossCounters {
  return {
    queueDrops: minus(now.queueDrops, before.queueDrops),
    overruns: minus(now.overruns, before.overruns),
  };
}

/** `now`, with the counters of `before` in place of those that are not known. */
export function lastKnown(before: LossCounters, now: LossCounters): LossCounters {
  return {
    queueDrops: now.queueDrops ?? before.queueDrops,
    overruns: now.overruns ?? before.overruns,
  };
}

function minus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}
