import type { MessageArena, NetlinkBinding, NetlinkSocket } from '../../binding/contract.js';
import { HOST_LITTLE_ENDIAN } from '../../bytes.js';
import { DeviceTable } from '../../drop/device.js';
import { NETLINK_ROUTE } from '../../netlink/constants.js';
import { messagesOf } from '../../netlink/message.js';
import { buildLinkDump, decodeLink, RTNLGRP_LINK } from '../../netlink/rtnetlink.js';
import { deviceOfLink } from '../linkDevice.js';
import { withDetails } from './deviceDetails.js';
import { NetlinkRequester, withNetlinkError } from '../../monitor/netlinkRequester.js';

const ARENAS = 2;
const SLOTS = 16;
/** Large enough for the name and type in a link's message. The rest of the message may be cut off. */
const SLOT_BYTES = 4096;
/** Several events follow when a device is made. */
const GATHER_MS = 2;

/**
 * Keeps a table of this network namespace's devices: from a dump at the start, then from the kernel's link events. Events
 * have their own socket and thread, so that no alert waits for them. Needs no privilege.
 */
export class DeviceWatcher {
  readonly devices: DeviceTable = new DeviceTable(withDetails);
  readonly #binding: NetlinkBinding;
  readonly #events: NetlinkSocket;
  #overruns = 0;

  /** Joins the multicast group of link events and lists the devices. @throws NetlinkError */
  constructor(binding: NetlinkBinding) {
    this.#binding = binding;
    this.#events = withNetlinkError('open a socket for devices', () =>
      binding.openNetlinkSocket(NETLINK_ROUTE, 0),
    );
    try {
      // Join before the dump: otherwise a change during the dump would be missed.
      withNetlinkError('listen for devices', () => this.#events.joinGroup(RTNLGRP_LINK));
      this.#dump();
    } catch (error) {
      this.#events.close();
      throw error;
    }
  }

  /** Starts to follow the events. */
  start(): void {
    const arenas = Array.from({ length: ARENAS }, (): MessageArena => {
      return { bytes: new Uint8Array(SLOTS * SLOT_BYTES), index: new Uint32Array(2 * SLOTS) };
    });
    const listener = (arena: number, count: number) => {
      if (arena < 0) return;
      const { bytes, index } = arenas[arena]!;
      for (let i = 0; i < count; i++) this.#read(bytes, index[2 * i]!, index[2 * i + 1]!);
      this.#events.release(arena);
      this.#recover();
    };
    this.#events.startReceiving(arenas, true, listener, GATHER_MS);
  }

  close(): void {
    this.#events.close();
  }

  #read(bytes: Uint8Array, offset: number, length: number): void {
    for (const message of messagesOf(bytes, HOST_LITTLE_ENDIAN, offset, offset + length)) {
      const link = decodeLink(message);
      if (link) this.devices.set(deviceOfLink(link));
    }
  }

  /** After an overrun, events were lost: lists all devices again. */
  #recover(): void {
    const { overruns } = this.#events.counters();
    if (overruns === this.#overruns) return;
    this.#overruns = overruns;
    try {
      this.#dump();
    } catch {
      // Keep the old names. With -1, the next event tries again.
      this.#overruns = -1;
    }
  }

  #dump(): void {
    const requester = new NetlinkRequester(this.#binding, NETLINK_ROUTE);
    try {
      requester.request('list the network devices', buildLinkDump, (message) => {
        const link = decodeLink(message);
        if (link) this.devices.set(deviceOfLink(link));
      });
    } finally {
      requester.close();
    }
  }
}
