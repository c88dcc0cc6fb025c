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

/** The state of the kernel's drop monitor. Reading it changes no setting. */
export interface MonitorStatus {
  readonly module: MonitorModule;
  /** Undefined when not known: a monitor that is built in reports it only to users who may change its settings. */
  readonly monitoring: boolean | undefined;
  /** Undefined when the monitor was not asked, or did not answer; so is `stats`. */
  readonly config: MonitorConfig | undefined;
  readonly stats: MonitorStats | undefined;
  /** The error of the request to the monitor; undefined when it succeeded, or when there was no request. */
  readonly failure: DropcapError | undefined;
  readonly listeners: readonly Listener[];
}

/**
 * Reads the monitor's state without loading its module: a request for its family would load it. Needs no privilege,
 * except for `monitoring` when the monitor is built in, and for the processes of listeners.
 */
export function readStatus(host: Host): MonitorStatus {
  const { state } = readMonitorModule(host.files, host.release);
  return state === 'loaded' || state === 'builtIn' ? askStatus(host) : statusOf(host, undefined, {});
}

/** Like `readStatus`, but always asks the drop monitor, as a capture does: the kernel loads its module if it can. */
export function askStatus(host: Host): MonitorStatus {
  let monitor: DropMonitor | undefined;
  // The references to the module say whether monitoring is on, also when the monitor does not answer.
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
 * When the kernel has the monitor, but its family is not found, this is not the first network namespace. The look-up of
 * the family cannot report this to users of a container: they may not see the namespace of process 1.
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

/**
 * Whether monitoring is on, from a request that sets nothing. The kernel refuses it with EBUSY while monitoring is on,
 * and always with EPERM without privilege (undefined).
 */
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
