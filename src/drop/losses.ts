/** Drops that were lost before they reached us, by cause. */
export interface LossCounters {
  /** Packets dropped because a processor's queue in the kernel was full (NET_DM_ATTR_STATS). */
  readonly queueDrops: number;
  /** Alerts dropped because our socket's receive buffer was full. */
  readonly overruns: number;
}

export const NO_LOSSES: LossCounters = { queueDrops: 0, overruns: 0 };

/** The losses from `before` to `now`. */
export function lossesBetween(before: LossCounters, now: LossCounters): LossCounters {
  return { queueDrops: now.queueDrops - before.queueDrops, overruns: now.overruns - before.overruns };
}
