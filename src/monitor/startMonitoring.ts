import { NET_DM_ALERT_MODE_PACKET, NET_DM_ALERT_MODE_SUMMARY } from '../dropmon/constants.js';
import type { MonitorConfig } from '../dropmon/replies.js';
import type { MonitorOrigin } from '../dropmon/requests.js';
import { errnoOf, NetlinkError } from '../errors.js';
import type { GuardedSettings, MonitorGuard } from '../guard/monitorGuard.js';
import type { DropMonitor } from './dropMonitor.js';

const EAGAIN = 11;
const EBUSY = 16;
const EOPNOTSUPP = 95;
const ALL_ORIGINS: readonly MonitorOrigin[] = ['software', 'hardware'];

/**
 * What to do when another program monitors already. `join`: keep its monitoring and settings, and start only origins that
 * are off. `passive`: only listen, start nothing. `takeover`: stop its monitoring, then start with our settings.
 */
export type WhenMonitored = 'join' | 'passive' | 'takeover';

/** How to start monitoring. */
export interface MonitoringOptions extends GuardedSettings {
  readonly whenMonitored: WhenMonitored;
  /** Default: both origins; only software's on a kernel built without devlink. */
  readonly origins: readonly MonitorOrigin[] | undefined;
  /** Whether counts without packets are of use: else another program's summary mode is an error. */
  readonly takesCounts: boolean;
}

/** The result of starting to monitor. */
export interface Monitoring {
  /** Origins whose monitoring must stay on during the capture: none when passive. */
  readonly kept: readonly MonitorOrigin[];
  /** The kept origins that `startMonitoring` started, and the guard must stop. */
  readonly started: readonly MonitorOrigin[];
  /** The current settings. */
  readonly config: MonitorConfig;
  /** The settings before `startMonitoring` changed them; undefined when it did not change them. */
  readonly before: MonitorConfig | undefined;
  /** Texts for people, for what they may not expect. */
  readonly notices: readonly string[];
}

/**
 * Configures the monitor and starts it, as `options.whenMonitored` says. Starts software and hardware in separate
 * requests: the kernel refuses a request for both when one of them is on.
 * @throws NetlinkError; with errno EBUSY when another program monitors in summary mode, and the caller takes no counts.
 */
export function startMonitoring(
  monitor: DropMonitor,
  guard: MonitorGuard,
  options: MonitoringOptions,
): Monitoring {
  const { whenMonitored, summary, truncationLength, queueLength, takesCounts } = options;
  if (whenMonitored === 'passive') return listen(monitor.config(), takesCounts);
  if (whenMonitored === 'takeover') for (const origin of ALL_ORIGINS) monitor.stop(origin);
  const notices: string[] = [];
  let before: MonitorConfig | undefined = monitor.config();
  const alertMode = summary ? NET_DM_ALERT_MODE_SUMMARY : NET_DM_ALERT_MODE_PACKET;
  let config: MonitorConfig = { alertMode, truncationLength, queueLength };
  if (!succeeds(EBUSY, () => guard.configure({ summary, truncationLength, queueLength }))) {
    before = undefined;
    config = monitor.config();
    if (isSummaryMode(config) && !takesCounts) throw summaryMode();
    notices.push(
      `another program monitors already: joined it, with its settings (${describeConfig(config)}); --takeover sets dropcap's`,
    );
  }
  const kept: MonitorOrigin[] = [];
  const started: MonitorOrigin[] = [];
  for (const origin of options.origins ?? ALL_ORIGINS) {
    try {
      if (succeeds(EAGAIN, () => guard.start(origin))) started.push(origin);
      kept.push(origin);
    } catch (error) {
      const dispensable = !options.origins && origin === 'hardware' && errnoOf(error) === EOPNOTSUPP;
      if (!dispensable) throw error;
    }
  }
  return { kept, started, config, before, notices };
}

/** Whether the monitor counts drops, without packets. */
export function isSummaryMode({ alertMode }: MonitorConfig): boolean {
  return alertMode !== NET_DM_ALERT_MODE_PACKET;
}

/** The settings as text for people: `whole packets, queues of 1000 packets`. */
export function describeConfig(config: MonitorConfig): string {
  const { truncationLength, queueLength } = config;
  if (isSummaryMode(config)) return 'summary mode: counts by place, without packets and reasons';
  const packets = truncationLength === 0 ? 'whole packets' : `${truncationLength} bytes of a packet`;
  return `${packets}, queues of ${queueLength} packets`;
}

function listen(config: MonitorConfig, takesCounts: boolean): Monitoring {
  const summary = isSummaryMode(config);
  const text = takesCounts
    ? 'the monitor is in summary mode: counts by place, without packets and reasons'
    : 'the monitor is in summary mode: drops are counted, and no packet is shown';
  return {
    kept: [],
    started: [],
    config,
    before: undefined,
    notices: summary ? [text] : [],
  };
}

function summaryMode(): NetlinkError {
  return new NetlinkError(
    'another program monitors in summary mode, which shows no packets ' +
      '(end that program, or use --takeover, which stops its monitoring, or --passive, which only counts drops; ' +
      'dropcap status names the program)',
    { syscall: 'netlink', errno: EBUSY },
  );
}

/** True when `run` succeeds, false when it fails with this errno. Throws its other errors. */
function succeeds(errno: number, run: () => void): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (errnoOf(error) === errno) return false;
    throw error;
  }
}
