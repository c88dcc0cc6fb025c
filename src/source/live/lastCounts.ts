import type { DropMonitor } from '../../monitor/dropMonitor.js';
import { isSummaryMode } from '../../monitor/startMonitoring.js';

/**
 * The kernel sends a processor's counts a second after the first drop, and discards counts that it has not sent when
 * monitoring stops (net_dm_trace_off_set() of net/core/drop_monitor.c). A quarter of a second more for a busy kernel.
 */
const LAST_COUNTS_MS = 1250;

/**
 * Waits until the kernel has sent the counts of all drops up to now, if the monitor is in summary mode. Another program may
 * have changed the mode since the start, so this asks the kernel.
 */
export async function waitForLastCounts(monitor: DropMonitor): Promise<void> {
  try {
    if (!isSummaryMode(monitor.config())) return;
  } catch {
    return; // The module was unloaded.
  }
  await new Promise((resolve) => setTimeout(resolve, LAST_COUNTS_MS));
}
