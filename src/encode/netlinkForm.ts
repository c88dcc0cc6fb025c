import type { DeviceTable } from '../drop/device.js';
import type { DropBatch } from '../drop/batch.js';
import { type DropKind, isNameFromDevices } from '../drop/kind.js';
import { AlertWriter } from '../dropmon/alertWriter.js';
import {
  NET_DM_EVENTS_GROUP,
  NET_DM_FAMILY_NAME,
  NET_DM_GENL_VERSION,
  NET_DM_GRP_ALERT,
} from '../dropmon/constants.js';
import { LINKTYPE_NETLINK } from '../linktype/constants.js';
import {
  type CookedHeader,
  cookedHeaderOf,
  originalPayloadOfCooked,
  payloadOfCooked,
} from '../linktype/cooked.js';
import { DEVICE_TYPE_UNKNOWN } from '../linktype/resolve.js';
import { GENL_MAX_ID, NETLINK_GENERIC, NETLINK_ROUTE } from '../netlink/constants.js';
import { buildCooked, COOKED_HEADER_BYTES, writeCookedHeader } from '../netlink/cooked.js';
import { buildFamily } from '../netlink/family.js';
import { buildLink } from '../netlink/rtnetlink.js';
import type { OutputBuffer } from './outputBuffer.js';
import type { PacketForm } from './packetForm.js';

/**
 * Id of the family when the source does not know it: the highest possible id, which no other netlink message has as
 * its type. With a lower id, a dropped rtnetlink message could be taken for a copy of an alert.
 */
const DEFAULT_FAMILY_ID = GENL_MAX_ID;
/** Most devices that are described. This limit bounds the memory that a hostile file can take. */
const MAX_LINKS = 65_536;

/** Facts about the drops' source that a netlink form needs. */
export interface NetlinkFormOptions {
  readonly devices: DeviceTable;
  /** Returns the family's id; undefined when unknown. Called at the first drop. */
  readonly familyId: () => number | undefined;
  /** Leave program counters out. */
  readonly omitAddresses: boolean;
}

/**
 * Writes every drop as the kernel's own message, LINKTYPE_NETLINK. nlctrl's answer about the family comes before the
 * first drop: without that answer, Wireshark cannot decode the messages. rtnetlink's message about a device comes
 * before the device's first drop.
 */
export class NetlinkForm implements PacketForm {
  readonly linkType: number = LINKTYPE_NETLINK;
  readonly headerBytes: undefined;
  readonly #options: NetlinkFormOptions;
  readonly #writer: AlertWriter;
  #familyId = 0;
  /** The device messages written so far, by index: `type name`. */
  readonly #links = new Map<number, string>();
  /** The payload, when it had to be rebuilt from a cooked packet; undefined when the arena's bytes are used. */
  #rebuilt: Uint8Array | undefined;

  constructor(options: NetlinkFormOptions) {
    this.#options = options;
    this.#writer = new AlertWriter(options.omitAddresses);
  }

  start(): void {
    this.#familyId = 0;
    this.#links.clear();
  }

  linkTypeOf(): number {
    return LINKTYPE_NETLINK;
  }

  framingText(): string {
    return 'netlink messages';
  }

  before(batch: DropBatch, i: number): readonly Uint8Array[] {
    const packets: Uint8Array[] = [];
    if (this.#familyId === 0) {
      this.#familyId = this.#options.familyId() ?? DEFAULT_FAMILY_ID;
      packets.push(buildCooked(NETLINK_GENERIC, familyAnswer(this.#familyId)));
    }
    const kind = batch.kindOf(i);
    const known = kind.deviceType !== DEVICE_TYPE_UNKNOWN || isNameFromDevices(kind);
    if (kind.ifindex !== undefined && known) this.#describeDevice(kind, kind.ifindex, packets);
    return packets;
  }

  measure(batch: DropBatch, i: number): number {
    const header = cookedHeaderOf(batch.framing[i]!);
    this.#rebuilt = header && rebuild(header, batch, i);
    const length = this.#rebuilt?.length ?? batch.payloadLength[i]!;
    return COOKED_HEADER_BYTES + this.#writer.measure(batch, i, length);
  }

  originalLength(_batch: DropBatch, _i: number, length: number): number {
    return length;
  }

  write(batch: DropBatch, i: number, output: OutputBuffer, at: number, length: number): void {
    const payload = this.#rebuilt;
    const header = cookedHeaderOf(batch.framing[i]!);
    writeCookedHeader(output.bytes, at, NETLINK_GENERIC);
    this.#writer.write(
      batch,
      i,
      this.#familyId,
      payload ?? batch.arena,
      payload ? 0 : batch.payloadOffset[i]!,
      payload?.length ?? batch.payloadLength[i]!,
      payload && header ? originalLengthOf(header, batch, i, payload) : batch.originalLength[i]!,
      output.bytes,
      at + COOKED_HEADER_BYTES,
      length - COOKED_HEADER_BYTES,
    );
  }

  #describeDevice(kind: DropKind, ifindex: number, packets: Uint8Array[]): void {
    const device = this.#options.devices.get(ifindex);
    // A name from the alert stays in the alert. The device message then has rtnetlink's name for the index.
    const name = (isNameFromDevices(kind) ? kind.interfaceName : device?.name) ?? '';
    const type = Math.max(kind.deviceType, 0);
    const key = `${type} ${name}`;
    if (this.#links.get(ifindex) === key) return;
    if (this.#links.size === MAX_LINKS && !this.#links.has(ifindex)) return;
    this.#links.set(ifindex, key);
    const { hardware: kindOfLink, ...facts } = this.#options.devices.find(ifindex, name) ?? {
      hardware: undefined,
    };
    const link = buildLink({ macAddress: undefined, ...facts, ifindex, name, type, kind: kindOfLink });
    packets.push(buildCooked(NETLINK_ROUTE, link));
  }
}

function familyAnswer(id: number): Uint8Array {
  return buildFamily({
    id,
    name: NET_DM_FAMILY_NAME,
    version: NET_DM_GENL_VERSION,
    groups: new Map([[NET_DM_EVENTS_GROUP, NET_DM_GRP_ALERT]]),
    deleted: false,
  });
}

function rebuild(header: CookedHeader, batch: DropBatch, i: number): Uint8Array {
  return payloadOfCooked(
    header,
    batch.arena,
    batch.payloadOffset[i]!,
    batch.payloadLength[i]!,
    batch.originalLength[i]!,
  );
}

function originalLengthOf(header: CookedHeader, batch: DropBatch, i: number, rebuilt: Uint8Array): number {
  const [offset, length] = [batch.payloadOffset[i]!, batch.payloadLength[i]!];
  const { arena, originalLength } = batch;
  return originalPayloadOfCooked(header, arena, offset, length, originalLength[i]!, rebuilt.length);
}
