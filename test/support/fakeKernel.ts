import type {
  BatchListener,
  MessageArena,
  NetlinkBinding,
  NetlinkSocket,
  ReceiveCounters,
} from '../../src/binding/contract.js';
import { HOST_LITTLE_ENDIAN } from '../../src/bytes.js';
import * as dm from '../../src/dropmon/constants.js';
import { AttributeCursor } from '../../src/netlink/attributeCursor.js';
import { AttributeWriter } from '../../src/netlink/attributeWriter.js';
import * as nl from '../../src/netlink/constants.js';
import * as devlink from '../../src/netlink/devlink.js';
import { buildGenericBody, buildMessage, type Message, messagesOf } from '../../src/netlink/message.js';
import { IFLA_IFNAME, RTM_NEWLINK } from '../../src/netlink/rtnetlink.js';

import { FakeGuard } from './fakeGuard.js';

const LE = HOST_LITTLE_ENDIAN;
const EPERM = 1;
const EAGAIN = 11;
const EBUSY = 16;
const ENOENT = 2;
const EOPNOTSUPP = 95;
/** The error of a socket call, with the members that the addon sets. */
const systemError = (syscall: string, errno: number, code: string) =>
  Object.assign(new Error(`${syscall}: ${code}`), { syscall, errno, code });

/** State of a fake kernel. A test may change all of it at any time. */
export interface FakeKernelState {
  familyId: number;
  hasFamily: boolean;
  hasPacketMode: boolean;
  hasDevlink: boolean;
  mayJoin: boolean;
  mayConfigure: boolean;
  running: { software: boolean; hardware: boolean };
  config: { alertMode: number; truncationLength: number; queueLength: number };
  stats: { softwareDropped: bigint; hardwareDropped: bigint };
  links: { ifindex: number; name: string; type: number }[];
  /** Traps that devlink reports. */
  traps: devlink.Trap[];
}

const DEVLINK_ID = 22;

/**
 * A fake kernel that implements the addon's contract: a drop monitor, and parts of nlctrl and rtnetlink. Answers requests
 * as net/core/drop_monitor.c of Linux 6.12 does. Sends alerts to sockets that joined the group.
 */
export class FakeKernel implements NetlinkBinding {
  readonly state: FakeKernelState = {
    familyId: 35,
    hasFamily: true,
    hasPacketMode: true,
    hasDevlink: true,
    mayJoin: true,
    mayConfigure: true,
    running: { software: false, hardware: false },
    config: { alertMode: dm.NET_DM_ALERT_MODE_SUMMARY, truncationLength: 0, queueLength: 1000 },
    stats: { softwareDropped: 0n, hardwareDropped: 0n },
    links: [{ ifindex: 1, name: 'lo', type: 772 }],
    traps: [],
  };
  /** Commands of NET_DM in the order of their arrival: `CONFIG`, `START software`. */
  readonly log: string[] = [];
  readonly sockets: FakeSocket[] = [];
  /** The guard of the source opened last. */
  guard: FakeGuard | undefined;

  openNetlinkSocket(protocol: number, receiveBufferBytes: number): NetlinkSocket {
    const socket = new FakeSocket(this, protocol, receiveBufferBytes);
    this.sockets.push(socket);
    return socket;
  }

  openSocketPair(): [number, number] {
    throw new Error('a fake kernel has a fake guard');
  }

  exchange(): { reply: Uint8Array; fd: number } {
    throw new Error('a fake kernel has a fake guard');
  }

  adoptNetlinkSocket(): NetlinkSocket {
    throw new Error('a fake kernel has a fake guard');
  }

  closeDescriptor(): void {}

  /** Options that make a kernel source use this kernel. Opening its guard sets `guard`. */
  get options(): { binding: NetlinkBinding; openGuard: () => FakeGuard } {
    return { binding: this, openGuard: () => (this.guard = new FakeGuard(this)) };
  }

  get openSockets(): number {
    return this.sockets.filter((socket) => !socket.closed).length;
  }

  /** Multicasts messages of the family. Each listener gets them as one batch. */
  emit(...messages: Uint8Array[]): void {
    for (const socket of this.sockets) socket.deliver(messages);
  }

  /** Removes the family, as unloading the module does. The sockets that listen for it get the event. */
  unload(): void {
    this.state.hasFamily = false;
    const attributes = new AttributeWriter()
      .string(nl.CTRL_ATTR_FAMILY_NAME, dm.NET_DM_FAMILY_NAME)
      .u16(nl.CTRL_ATTR_FAMILY_ID, this.state.familyId);
    const body = buildGenericBody(nl.CTRL_CMD_DELFAMILY, 2, attributes.finish());
    const event = buildMessage({ type: nl.GENL_ID_CTRL, flags: 0, sequence: 0 }, body, LE);
    for (const socket of this.sockets) {
      if (socket.groups.has(nl.GENL_CTRL_NOTIFY_GROUP)) socket.deliver([event]);
    }
  }

  /** Adds or renames a device, and sends the link event. */
  changeLink(link: { ifindex: number; name: string; type: number }): void {
    this.state.links.push(link);
    const event = linkMessage(link);
    this.emit(buildMessage({ type: RTM_NEWLINK, flags: 0, sequence: 0 }, event, LE));
  }

  answer(protocol: number, request: Message): Uint8Array[] {
    if (protocol === 0) return this.#links(request);
    if (request.type === nl.GENL_ID_CTRL) return this.#family(request);
    if (request.type === DEVLINK_ID) return this.#traps(request);
    if (!this.state.hasFamily || request.type !== this.state.familyId) return [ack(request, ENOENT)];
    return this.#dropMonitor(request);
  }

  #links(request: Message): Uint8Array[] {
    const links = this.state.links.map((link) => reply(request, RTM_NEWLINK, linkMessage(link)));
    return [...links, reply(request, nl.NLMSG_DONE, new Uint8Array(4))];
  }

  #traps(request: Message): Uint8Array[] {
    const traps = this.state.traps.map((trap) => {
      const [bus, name] = trap.device.split('/');
      const attributes = new AttributeWriter()
        .string(devlink.DEVLINK_ATTR_BUS_NAME, bus!)
        .string(devlink.DEVLINK_ATTR_DEV_NAME, name!)
        .string(devlink.DEVLINK_ATTR_TRAP_NAME, trap.name)
        .u8(devlink.DEVLINK_ATTR_TRAP_ACTION, trap.action)
        .string(devlink.DEVLINK_ATTR_TRAP_GROUP_NAME, trap.group);
      return reply(
        request,
        DEVLINK_ID,
        buildGenericBody(devlink.DEVLINK_CMD_TRAP_NEW, 1, attributes.finish()),
      );
    });
    return [...traps, reply(request, nl.NLMSG_DONE, new Uint8Array(4))];
  }

  #family(request: Message): Uint8Array[] {
    const asked = new AttributeCursor();
    asked.reset(request.view, request.start + nl.GENL_HDRLEN, request.end, LE);
    if (asked.next() && asked.text() === devlink.DEVLINK_GENL_NAME) {
      if (!this.state.hasDevlink) return [ack(request, ENOENT)];
      const attributes = new AttributeWriter()
        .string(nl.CTRL_ATTR_FAMILY_NAME, devlink.DEVLINK_GENL_NAME)
        .u16(nl.CTRL_ATTR_FAMILY_ID, DEVLINK_ID);
      const body = buildGenericBody(nl.CTRL_CMD_NEWFAMILY, 2, attributes.finish());
      return [reply(request, nl.GENL_ID_CTRL, body), ack(request, 0)];
    }
    if (!this.state.hasFamily) return [ack(request, ENOENT)];
    const attributes = new AttributeWriter()
      .string(nl.CTRL_ATTR_FAMILY_NAME, dm.NET_DM_FAMILY_NAME)
      .u16(nl.CTRL_ATTR_FAMILY_ID, this.state.familyId)
      .u32(nl.CTRL_ATTR_VERSION, 2)
      .nest(nl.CTRL_ATTR_MCAST_GROUPS, (groups) =>
        groups.nest(1, (group) =>
          group.u32(nl.CTRL_ATTR_MCAST_GRP_ID, 7).string(nl.CTRL_ATTR_MCAST_GRP_NAME, 'events'),
        ),
      );
    const body = buildGenericBody(nl.CTRL_CMD_NEWFAMILY, 2, attributes.finish());
    return [reply(request, nl.GENL_ID_CTRL, body), ack(request, 0)];
  }

  #dropMonitor(request: Message): Uint8Array[] {
    const { state } = this;
    const command = request.view.getUint8(request.start);
    const attributes = attributesOf(request);
    const hardware = attributes.has(dm.NET_DM_ATTR_HW_DROPS);
    const origin = hardware ? 'hardware' : 'software';
    const send = (answer: number, writer: AttributeWriter) => [
      reply(request, state.familyId, buildGenericBody(answer, 2, writer.finish())),
      ack(request, 0),
    ];
    switch (command) {
      case dm.NET_DM_CMD_CONFIG_GET:
        if (!state.hasPacketMode) return [ack(request, EOPNOTSUPP)];
        return send(
          dm.NET_DM_CMD_CONFIG_NEW,
          new AttributeWriter()
            .u8(dm.NET_DM_ATTR_ALERT_MODE, state.config.alertMode)
            .u32(dm.NET_DM_ATTR_TRUNC_LEN, state.config.truncationLength)
            .u32(dm.NET_DM_ATTR_QUEUE_LEN, state.config.queueLength),
        );
      case dm.NET_DM_CMD_STATS_GET:
        return send(
          dm.NET_DM_CMD_STATS_NEW,
          new AttributeWriter()
            .nest(dm.NET_DM_ATTR_STATS, (nest) =>
              nest.u64(dm.NET_DM_ATTR_STATS_DROPPED, state.stats.softwareDropped),
            )
            .nest(dm.NET_DM_ATTR_HW_STATS, (nest) =>
              nest.u64(dm.NET_DM_ATTR_STATS_DROPPED, state.stats.hardwareDropped),
            ),
        );
    }
    if (!state.mayConfigure) return [ack(request, EPERM)];
    switch (command) {
      case dm.NET_DM_CMD_CONFIG:
        this.log.push('CONFIG');
        if (state.running.software || state.running.hardware) {
          return [ack(request, EBUSY, 'Cannot configure drop monitor during monitoring')];
        }
        state.config = {
          alertMode: attributes.get(dm.NET_DM_ATTR_ALERT_MODE) ?? state.config.alertMode,
          truncationLength: attributes.get(dm.NET_DM_ATTR_TRUNC_LEN) ?? state.config.truncationLength,
          queueLength: attributes.get(dm.NET_DM_ATTR_QUEUE_LEN) ?? state.config.queueLength,
        };
        return [ack(request, 0)];
      case dm.NET_DM_CMD_START:
        this.log.push(`START ${origin}`);
        if (hardware && !state.hasDevlink) return [ack(request, EOPNOTSUPP)];
        if (state.running[origin])
          return [ack(request, EAGAIN, 'Trace state already set to requested state')];
        state.running[origin] = true;
        return [ack(request, 0)];
      case dm.NET_DM_CMD_STOP:
        this.log.push(`STOP ${origin}`);
        state.running[origin] = false;
        return [ack(request, 0)];
    }
    return [ack(request, EOPNOTSUPP)];
  }
}

class FakeSocket implements NetlinkSocket {
  readonly portId = 4711;
  readonly receiveBufferBytes: number;
  closed = false;
  readonly groups = new Set<number>();
  readonly options = new Map<number, number>();
  readonly #kernel: FakeKernel;
  readonly #protocol: number;
  /** As passed to `startReceiving`. */
  gatherMs: number | undefined;
  readonly #answers: Uint8Array[] = [];
  #arenas: readonly MessageArena[] = [];
  #free: number[] = [];
  #backlog: Uint8Array[] = [];
  #listener: BatchListener | undefined;
  #stopping = false;
  #messages = 0;

  constructor(kernel: FakeKernel, protocol: number, receiveBufferBytes: number) {
    this.#kernel = kernel;
    this.#protocol = protocol;
    this.receiveBufferBytes = receiveBufferBytes * 2;
  }

  setOption(option: number, value: number): void {
    this.options.set(option, value);
  }

  joinGroup(group: number): void {
    const everybody = this.#protocol !== nl.NETLINK_GENERIC || group === nl.GENL_CTRL_NOTIFY_GROUP;
    if (!everybody && !this.#kernel.state.mayJoin)
      throw systemError('setsockopt(NETLINK_ADD_MEMBERSHIP)', EPERM, 'EPERM');
    this.groups.add(group);
  }

  leaveGroup(group: number): void {
    this.groups.delete(group);
  }

  send(bytes: Uint8Array): void {
    for (const request of messagesOf(bytes, LE)) {
      this.#answers.push(...this.#kernel.answer(this.#protocol, request));
    }
  }

  receive(): Uint8Array | undefined {
    return this.#answers.shift();
  }

  startReceiving(
    arenas: readonly MessageArena[],
    _kernelOnly: boolean,
    listener: BatchListener,
    gatherMs = 0,
  ): void {
    this.gatherMs = gatherMs;
    this.#arenas = arenas;
    this.#free = arenas.map((_, i) => i);
    this.#listener = listener;
  }

  deliver(messages: Uint8Array[]): void {
    if (this.groups.size === 0 || this.closed) return;
    this.#messages += messages.length;
    this.#backlog.push(...messages);
    this.#flush();
  }

  release(arena: number): void {
    if (this.#free.includes(arena)) throw new Error(`arena ${arena} was not handed out`);
    this.#free.push(arena);
    this.#flush();
  }

  stopReceiving(): void {
    this.#stopping = true;
    this.#flush();
  }

  overrunMessages(): number {
    return 0;
  }

  counters(): ReceiveCounters {
    return {
      messages: this.#messages,
      bytes: 0,
      overruns: 0,
      cut: 0,
      arenaWaits: 0,
      notFromKernel: 0,
    };
  }

  close(): void {
    this.closed = true;
    this.#listener = undefined;
  }

  #flush(): void {
    const listener = this.#listener;
    if (!listener) return;
    while (this.#backlog.length > 0 && this.#free.length > 0) {
      const number = this.#free.shift()!;
      const arena = this.#arenas[number]!;
      const slots = arena.index.length / 2;
      const slotBytes = Math.floor(arena.bytes.length / slots);
      const batch = this.#backlog.splice(0, slots);
      batch.forEach((message, i) => {
        arena.bytes.set(message.subarray(0, slotBytes), i * slotBytes);
        arena.index[2 * i] = i * slotBytes;
        arena.index[2 * i + 1] = Math.min(message.length, slotBytes);
      });
      queueMicrotask(() => listener(number, batch.length));
    }
    if (this.#stopping && this.#backlog.length === 0) {
      this.#listener = undefined;
      queueMicrotask(() => listener(-1, 0));
    }
  }
}

/** A packet alert of a fake kernel. An undefined attribute is not in the message. */
export interface FakeAlert {
  readonly origin?: number;
  readonly pc?: bigint;
  readonly reason?: string;
  readonly symbol?: string;
  readonly trap?: string;
  readonly trapGroup?: string;
  readonly ifindex?: number;
  readonly portName?: string;
  readonly timestampNs?: bigint;
  readonly originalLength?: number;
  readonly protocol?: number;
  readonly payload?: Uint8Array;
  readonly cookie?: Uint8Array;
}

/** Encodes an alert in the attribute order of Linux 6.12. */
export function buildAlert(familyId: number, alert: FakeAlert): Uint8Array {
  const writer = new AttributeWriter().u16(dm.NET_DM_ATTR_ORIGIN, alert.origin ?? dm.NET_DM_ORIGIN_SW);
  if (alert.pc !== undefined) writer.u64(dm.NET_DM_ATTR_PC, alert.pc);
  if (alert.reason !== undefined) writer.string(dm.NET_DM_ATTR_REASON, alert.reason);
  if (alert.symbol !== undefined) writer.string(dm.NET_DM_ATTR_SYMBOL, alert.symbol);
  if (alert.trapGroup !== undefined) writer.string(dm.NET_DM_ATTR_HW_TRAP_GROUP_NAME, alert.trapGroup);
  if (alert.trap !== undefined) writer.string(dm.NET_DM_ATTR_HW_TRAP_NAME, alert.trap);
  writer.nest(dm.NET_DM_ATTR_IN_PORT, (port) => {
    if (alert.ifindex !== undefined) port.u32(dm.NET_DM_ATTR_PORT_NETDEV_IFINDEX, alert.ifindex);
    if (alert.portName !== undefined) port.string(dm.NET_DM_ATTR_PORT_NETDEV_NAME, alert.portName);
  });
  if (alert.cookie !== undefined) writer.bytes(dm.NET_DM_ATTR_FLOW_ACTION_COOKIE, alert.cookie);
  writer.u64(dm.NET_DM_ATTR_TIMESTAMP, alert.timestampNs ?? 1_700_000_000_123_456_789n);
  writer.u32(dm.NET_DM_ATTR_ORIG_LEN, alert.originalLength ?? alert.payload?.length ?? 0);
  if (alert.protocol !== undefined) writer.u16(dm.NET_DM_ATTR_PROTO, alert.protocol);
  if (alert.payload !== undefined) writer.bytes(dm.NET_DM_ATTR_PAYLOAD, alert.payload);
  const body = buildGenericBody(dm.NET_DM_CMD_PACKET_ALERT, dm.NET_DM_GENL_VERSION, writer.finish());
  return buildMessage({ type: familyId, flags: 0, sequence: 0 }, body, LE);
}

/** Body of an RTM_NEWLINK: struct ifinfomsg, then the name. */
function linkMessage(link: { ifindex: number; name: string; type: number }): Uint8Array {
  const info = new Uint8Array(16);
  const view = new DataView(info.buffer);
  view.setUint16(2, link.type, LE);
  view.setInt32(4, link.ifindex, LE);
  return Buffer.concat([info, new AttributeWriter().string(IFLA_IFNAME, link.name).finish()]);
}

function attributesOf(request: Message): Map<number, number> {
  const values = new Map<number, number>();
  const cursor = new AttributeCursor();
  cursor.reset(request.view, request.start + nl.GENL_HDRLEN, request.end, LE);
  while (cursor.next()) {
    const value = cursor.length === 1 ? cursor.u8() : cursor.length === 4 ? cursor.u32() : 0;
    values.set(cursor.type, value);
  }
  return values;
}

function reply(request: Message, type: number, body: Uint8Array): Uint8Array {
  return buildMessage({ type, flags: 0, sequence: request.sequence }, body, LE);
}

/** NLMSG_ERROR with the request's header (capped), and the extended ack's text if there is one. */
function ack(request: Message, errno: number, text?: string): Uint8Array {
  const error = new Uint8Array(4 + nl.NLMSG_HDRLEN);
  new DataView(error.buffer).setInt32(0, -errno, LE);
  const attributes = new AttributeWriter();
  if (text !== undefined) attributes.string(nl.NLMSGERR_ATTR_MSG, text);
  const flags = nl.NLM_F_CAPPED | (text === undefined ? 0 : nl.NLM_F_ACK_TLVS);
  const body = Buffer.concat([error, attributes.finish()]);
  return buildMessage({ type: nl.NLMSG_ERROR, flags, sequence: request.sequence }, body, LE);
}
