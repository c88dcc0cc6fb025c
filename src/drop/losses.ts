/** Drops that were lost on their way to us, by cause. */
export interface LossCounters {
  /** Packets that found a processor's queue in the kernel full (NET_DM_ATTR_STATS). */
  readonly queueDrops: number;
  /** Alerts that found our socket's receive buffer full. */
  readonly overruns: number;
}

export const NO_LOSSES: LossCounters = { queueDrops: 0, overruns: 0 };

/** What was lost from `before` to `now`. */
export function lossesBetween(before: LossCounters, now: LossCounters): LossCounters {
  return { queueDrops: now.queueDrops - before.queueDrops, overruns: now.overruns - before.overruns };
}
