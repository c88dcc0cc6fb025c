import type { NetlinkBinding } from '../binding/contract.js';
import { loadBinding } from '../binding/load.js';
import type { MonitorConfig, MonitorStats } from '../dropmon/replies.js';
import { buildConfigProbe } from '../dropmon/requests.js';
import { DropcapError, NetlinkError, UnsupportedKernelError } from '../errors.js';
import { NETLINK_GENERIC } from '../netlink/constants.js';
import { DropMonitor } from '../monitor/dropMonitor.js';
import { NetlinkRequester } from '../monitor/netlinkRequester.js';
import type { Host } from './host.js';
import { type Listener, readListeners } from './listeners.js';
import { type MonitorModule, readMonitorModule } from './monitorModule.js';

const EPERM = 1;
const EBUSY = 16;

/** The kernel's drop monitor as it is, with nothing changed. */
export interface MonitorStatus {
  readonly module: MonitorModule;
  /** Undefined when it cannot be told: a monitor that is built in tells it only to those who may set it. */
  readonly monitoring: boolean | undefined;
  /** Undefined when it was not asked, or in vain. */
  readonly config: MonitorConfig | undefined;
  readonly stats: MonitorStats | undefined;
  /** Why it was asked in vain. */
  readonly failure: DropcapError | undefined;
  readonly listeners: readonly Listener[];
}

/**
 * What can be told without loading the module, which asking for its family would. Needs no privilege, but for
 * `monitoring` where the monitor is built in, and for the processes behind listeners.
 */
export function readStatus(host: Host): MonitorStatus {
  const { state } = readMonitorModule(host.files, host.release);
  return state === 'loaded' || state === 'builtIn' ? askStatus(host) : statusOf(host, undefined, {});
}

/** As `readStatus`, but asks the drop monitor in any case, as a capture does: the kernel loads it if it can. */
export function askStatus(host: Host): MonitorStatus {
  let monitor: DropMonitor | undefined;
  // Known from the references alone, also where the monitor cannot be asked.
  let monitoring: boolean | undefined;
  try {
    const binding = host.binding ?? loadBinding();
    try {
      monitor = new DropMonitor(binding);
    } finally {
      monitoring = countedAsOn(host);
    }
    monitoring ??= probe(monitor.familyId, binding);
    return statusOf(host, monitoring, { config: monitor.config(), stats: monitor.stats() });
  } catch (error) {
    if (error instanceof DropcapError) return statusOf(host, monitoring, { failure: error });
    throw error;
  } finally {
    monitor?.close();
  }
}

function statusOf(
  host: Host,
  monitoring: boolean | undefined,
  answers: { config?: MonitorConfig; stats?: MonitorStats; failure?: DropcapError },
): MonitorStatus {
  const module = readMonitorModule(host.files, host.release);
  const absent = module.state === 'loadable' || module.state === 'missing';
  return {
    module,
    monitoring: absent ? false : monitoring,
    config: answers.config,
    stats: answers.stats,
    failure: module.state === 'unknown' || absent ? answers.failure : elsewhere(answers.failure),
    listeners: readListeners(host.files),
  };
}

/**
 * A monitor that is in the kernel and has no family is that of another network namespace, also where the look-up could
 * not tell: users of a container do not see which namespace process 1 is in.
 */
function elsewhere(failure: DropcapError | undefined): DropcapError | undefined {
  if (!(failure instanceof UnsupportedKernelError) || failure.feature !== 'NET_DM') return failure;
  return new UnsupportedKernelError(
    'the drop monitor exists only in the first network namespace (on the host: nsenter --net=/proc/1/ns/net dropcap ...)',
    failure.feature,
    failure.minimumVersion,
    { cause: failure },
  );
}

function countedAsOn(host: Host): boolean | undefined {
  const { references } = readMonitorModule(host.files, host.release);
  return references === undefined ? undefined : references > 0;
}

/** A request to set nothing is refused while monitoring is on, and to those without privilege always. */
function probe(familyId: number, binding: NetlinkBinding): boolean | undefined {
  const requester = new NetlinkRequester(binding, NETLINK_GENERIC);
  try {
    requester.request('ask whether monitoring is on', (sequence) => buildConfigProbe(familyId, sequence));
    return false;
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error;
    if (error.errno === EBUSY) return true;
    if (error.errno === EPERM) return undefined;
    throw error;
  } finally {
    requester.close();
  }
}
