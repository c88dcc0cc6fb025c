import { NET_DM_ALERT_MODE_PACKET } from '../dropmon/constants.js';
import type { MonitorConfig } from '../dropmon/replies.js';
import type { MonitorOrigin } from '../dropmon/requests.js';
import { errnoOf, NetlinkError } from '../errors.js';
import type { MonitorGuard } from '../guard/monitorGuard.js';
import type { DropMonitor } from './dropMonitor.js';

const EAGAIN = 11;
const EBUSY = 16;
const EOPNOTSUPP = 95;
const ALL_ORIGINS: readonly MonitorOrigin[] = ['software', 'hardware'];

/**
 * What to do when somebody else monitors already: join them, and start only what does not run yet; never start
 * anything; or turn their monitoring off and start anew.
 */
export type Company = 'join' | 'passive' | 'takeover';

/** What is wanted of the monitor. */
export interface MonitoringOptions {
  readonly company: Company;
  /** By default both, and software's alone on a kernel built without devlink. */
  readonly origins: readonly MonitorOrigin[] | undefined;
  readonly truncationLength: number;
  readonly queueLength: number;
}

/** What came of it. */
export interface Monitoring {
  /** Origins that are to be kept on: none for a passive listener. */
  readonly kept: readonly MonitorOrigin[];
  /** Of these, the ones that were started, and so have to be stopped. */
  readonly started: readonly MonitorOrigin[];
  /** The settings in force. */
  readonly config: MonitorConfig;
  /** Those that were found, where they were changed. */
  readonly before: MonitorConfig | undefined;
  /** For people: what is otherwise than they may think. */
  readonly notices: readonly string[];
}

/**
 * Configures the monitor and starts it, as far as that is ours to do. Software and hardware are started separately,
 * so that one that runs does not keep the other from it.
 * @throws NetlinkError
 */
export function startMonitoring(
  monitor: DropMonitor,
  guard: MonitorGuard,
  options: MonitoringOptions,
): Monitoring {
  const { company, truncationLength, queueLength } = options;
  if (company === 'passive') return listen(monitor.config());
  if (company === 'takeover') for (const origin of ALL_ORIGINS) monitor.stop(origin);
  const notices: string[] = [];
  let before: MonitorConfig | undefined = monitor.config();
  let config: MonitorConfig = { alertMode: NET_DM_ALERT_MODE_PACKET, truncationLength, queueLength };
  if (!succeeds(EBUSY, () => guard.configure(truncationLength, queueLength))) {
    before = undefined;
    config = monitor.config();
    if (config.alertMode !== NET_DM_ALERT_MODE_PACKET) throw summaryMode();
    notices.push(
      `another program monitors already: joined it, with its settings (${describeConfig(config)}); --takeover sets ours`,
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

/** The settings for people: `packets whole, queues of 1000 packets`. */
export function describeConfig({ truncationLength, queueLength }: MonitorConfig): string {
  const packets = truncationLength === 0 ? 'packets whole' : `${truncationLength} bytes of a packet`;
  return `${packets}, queues of ${queueLength} packets`;
}

function listen(config: MonitorConfig): Monitoring {
  const summary = config.alertMode !== NET_DM_ALERT_MODE_PACKET;
  return {
    kept: [],
    started: [],
    config,
    before: undefined,
    notices: summary ? ['the monitor is in summary mode: drops are counted, and no packet is shown'] : [],
  };
}

function summaryMode(): NetlinkError {
  return new NetlinkError(
    'another program monitors in summary mode, which shows no packets ' +
      '(end it; --takeover turns its monitoring off; --passive counts along; dropcap status tells who it is)',
    { syscall: 'netlink', errno: EBUSY },
  );
}

/** Whether `run` succeeds; false when it fails with that errno. */
function succeeds(errno: number, run: () => void): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (errnoOf(error) === errno) return false;
    throw error;
  }
}
