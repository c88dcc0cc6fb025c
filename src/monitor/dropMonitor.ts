import { readlinkSync } from 'node:fs';
import type { NetlinkBinding } from '../binding/contract.js';
import { loadBinding } from '../binding/load.js';
import { NetlinkError, UnsupportedKernelError } from '../errors.js';
import { NET_DM_FAMILY_NAME } from '../dropmon/constants.js';
import { decodeConfig, decodeStats, type MonitorConfig, type MonitorStats } from '../dropmon/replies.js';
import {
  buildConfig,
  buildConfigGet,
  buildStatsGet,
  buildStop,
  type MonitorOrigin,
} from '../dropmon/requests.js';
import { NETLINK_GENERIC } from '../netlink/constants.js';
import { buildFamilyRequest, decodeFamily, type Family } from '../netlink/family.js';
import type { Message } from '../netlink/message.js';
import { NetlinkRequester } from './netlinkRequester.js';

const ENOENT = 2;
const EINVAL = 22;
const EOPNOTSUPP = 95;
/** Linux 5.4 added packet mode and CONFIG_GET. */
const MINIMUM_KERNEL = '5.4';

/** Requests to the kernel's drop monitor. Its settings, and whether it is on, are global and have no owner. */
export class DropMonitor {
  readonly #requester: NetlinkRequester;
  readonly #family: Family;

  /**
   * Looks up the family of the drop monitor.
   * @throws UnsupportedKernelError when the kernel has no drop monitor, or not in this network namespace; NetlinkError
   */
  constructor(binding: NetlinkBinding = loadBinding()) {
    this.#requester = new NetlinkRequester(binding, NETLINK_GENERIC);
    try {
      this.#family = this.#findFamily();
    } catch (error) {
      this.#requester.close();
      throw error;
    }
  }

  get familyId(): number {
    return this.#family.id;
  }

  /** The current settings. @throws UnsupportedKernelError on kernels without packet mode; NetlinkError */
  config(): MonitorConfig {
    try {
      return this.#get("ask for the drop monitor's settings", buildConfigGet, decodeConfig);
    } catch (error) {
      if (!(error instanceof NetlinkError) || (error.errno !== EOPNOTSUPP && error.errno !== EINVAL))
        throw error;
      throw new UnsupportedKernelError(
        `this kernel's drop monitor cannot show packets (Linux ${MINIMUM_KERNEL} or later is needed; dropcap doctor reports more)`,
        'packet alert mode',
        MINIMUM_KERNEL,
        { cause: error },
      );
    }
  }

  /** Queue drops since the module was loaded. @throws NetlinkError */
  stats(): MonitorStats {
    return this.#get("ask for the drop monitor's statistics", buildStatsGet, decodeStats);
  }

  /** Changes the settings. @throws NetlinkError with errno EBUSY while monitoring is on, by any program */
  configure(config: MonitorConfig): void {
    this.#requester.request('configure the drop monitor', (sequence) =>
      buildConfig(this.familyId, sequence, config),
    );
  }

  /** Stops monitoring of an origin, by any program. The kernel sends no alert after this returns. @throws NetlinkError */
  stop(origin: MonitorOrigin): void {
    this.#requester.request(`stop monitoring ${origin} drops`, (sequence) =>
      buildStop(this.familyId, sequence, origin),
    );
  }

  close(): void {
    this.#requester.close();
  }

  #get<T>(
    doing: string,
    build: (familyId: number, sequence: number) => Uint8Array,
    decode: (message: Message) => T | undefined,
  ): T {
    let reply: T | undefined;
    this.#requester.request(
      doing,
      (sequence) => build(this.familyId, sequence),
      (message) => {
        if (message.type === this.familyId) reply ??= decode(message);
      },
    );
    if (reply === undefined) {
      throw new NetlinkError(`cannot ${doing}: the kernel's answer is malformed`, {
        syscall: 'netlink',
        errno: 0,
      });
    }
    return reply;
  }

  #findFamily(): Family {
    let family: Family | undefined;
    try {
      this.#requester.request(
        'look up the drop monitor',
        (sequence) => buildFamilyRequest(NET_DM_FAMILY_NAME, sequence),
        (message) => (family ??= decodeFamily(message)),
      );
    } catch (error) {
      if (!(error instanceof NetlinkError) || error.errno !== ENOENT) throw error;
    }
    if (!family) throw noFamily();
    return family;
  }
}

function noFamily(): UnsupportedKernelError {
  const message = inFirstNetworkNamespace()
    ? 'this kernel has no drop monitor (type: modprobe drop_monitor; dropcap doctor reports more)'
    : 'the drop monitor exists only in the first network namespace (type: nsenter --net=/proc/1/ns/net dropcap ...; dropcap doctor reports more)';
  return new UnsupportedKernelError(message, 'NET_DM', MINIMUM_KERNEL);
}

/** Whether this is the network namespace of process 1; true when this user may not see that namespace. */
function inFirstNetworkNamespace(): boolean {
  try {
    return readlinkSync('/proc/self/ns/net') === readlinkSync('/proc/1/ns/net');
  } catch {
    return true;
  }
}
