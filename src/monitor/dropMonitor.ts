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
/** Packet mode came with Linux 5.4, and CONFIG_GET with it. */
const MINIMUM_KERNEL = '5.4';

/** The kernel's drop monitor: its settings and its switch, which are global and have no owner. */
export class DropMonitor {
  readonly #requester: NetlinkRequester;
  readonly #family: Family;

  /** @throws UnsupportedKernelError when the kernel has no drop monitor, or not here; NetlinkError */
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

  /** The settings in force. @throws UnsupportedKernelError on kernels without packet mode */
  config(): MonitorConfig {
    try {
      return this.#get("ask for the drop monitor's settings", buildConfigGet, decodeConfig);
    } catch (error) {
      if (!(error instanceof NetlinkError) || (error.errno !== EOPNOTSUPP && error.errno !== EINVAL))
        throw error;
      throw new UnsupportedKernelError(
        `this kernel's drop monitor cannot show packets (Linux ${MINIMUM_KERNEL} or later is needed; dropcap doctor tells more)`,
        'packet alert mode',
        MINIMUM_KERNEL,
        { cause: error },
      );
    }
  }

  /** Queue drops since the module was loaded. */
  stats(): MonitorStats {
    return this.#get("ask for the drop monitor's statistics", buildStatsGet, decodeStats);
  }

  /** Changes the settings. @throws NetlinkError, with errno EBUSY while monitoring is on, whoever started it */
  configure(config: MonitorConfig): void {
    this.#requester.request('configure the drop monitor', (sequence) =>
      buildConfig(this.familyId, sequence, config),
    );
  }

  /** Stops monitoring, whoever started it. No alert is sent after this returns. */
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
      throw new NetlinkError(`cannot ${doing}: the answer makes no sense`, { syscall: 'netlink', errno: 0 });
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
    ? 'this kernel has no drop monitor (type: modprobe drop_monitor; dropcap doctor tells more)'
    : 'the drop monitor exists only in the first network namespace (type: nsenter --net=/proc/1/ns/net dropcap ...; dropcap doctor tells more)';
  return new UnsupportedKernelError(message, 'NET_DM', MINIMUM_KERNEL);
}

/** Whether our network namespace is process 1's; true when that cannot be told. */
function inFirstNetworkNamespace(): boolean {
  try {
    return readlinkSync('/proc/self/ns/net') === readlinkSync('/proc/1/ns/net');
  } catch {
    return true;
  }
}
