import type { HotPath } from '../../binding/hotPath.js';
import { align4 } from '../../bytes.js';
import { type Device, DeviceTable } from '../../drop/device.js';
import type { DropBatch } from '../../drop/batch.js';
import { AlertDecoder } from '../../dropmon/alertDecoder.js';
import { NET_DM_CMD_PACKET_ALERT, NET_DM_FAMILY_NAME, NET_DM_GENL_VERSION } from '../../dropmon/constants.js';
import { PacketAlertDecoder } from '../../dropmon/packetAlert.js';
import {
  GENL_HDRLEN,
  GENL_ID_CTRL,
  GENL_MAX_ID,
  GENL_START_ALLOC,
  NETLINK_GENERIC,
  NETLINK_ROUTE,
  NLMSG_HDRLEN,
} from '../../netlink/constants.js';
import {
  ARPHRD_NETLINK,
  COOKED_FAMILY_OFFSET,
  COOKED_HEADER_BYTES,
  COOKED_TYPE_OFFSET,
} from '../../netlink/cooked.js';
import { decodeFamily } from '../../netlink/family.js';
import { messagesOf } from '../../netlink/message.js';
import { decodeLink } from '../../netlink/rtnetlink.js';
import { DeviceResolver } from '../deviceResolver.js';
import { deviceOfLink } from '../linkDevice.js';

/** No alert is shorter: headers of 20 bytes, ORIGIN and TIMESTAMP. So a record holds length / 40 of them at the most. */
export const MIN_ALERT_BYTES = 40;

/**
 * Takes the alerts out of recorded netlink traffic and passes over the rest. It learns from what it passes: the
 * family's id from nlctrl's answers, the devices from rtnetlink, the byte order of the recording host from each
 * record's lengths. Where no answer of nlctrl is there (dwdump cuts it when its truncation length is small), the id
 * is that of the first message that can only be an alert.
 */
export class RecordingScanner {
  readonly alerts: AlertDecoder;
  readonly devices: DeviceTable = new DeviceTable();
  /** Resolves device and framing of the drops. */
  readonly resolver: DeviceResolver;
  /** The family's id, the last where it had several; undefined while it is not known. */
  get familyId(): number | undefined {
    return [...this.#familyIds].at(-1);
  }

  /** Whether a record of netlink traffic was seen. */
  sawNetlink = false;
  /** Several in recordings of several hosts that were merged. */
  readonly #familyIds = new Set<number>();
  /** The id that the last alert had: those that follow mostly have it too. */
  #alertId = 0;
  #littleEndian = true;
  readonly #probe = new PacketAlertDecoder();

  /** @param hotPath the addon's; with null, TypeScript does all. */
  constructor(hotPath: HotPath | null) {
    this.alerts = new AlertDecoder(hotPath);
    this.resolver = new DeviceResolver(this.devices, hotPath);
  }

  /**
   * Turns records of a little-endian pcap file that lie from `at` to `end` of the batch's arena into rows, as many as the hot
   * path can. `scan` takes the one behind them.
   * @returns where it stopped.
   */
  scanRecords(batch: DropBatch, at: number, end: number): number {
    if (!this.#familyIds.has(this.#alertId) || !this.#littleEndian) return at;
    if (this.alerts.decodeRecords(batch, at, end, this.#alertId) === 0) return at;
    const last = batch.length - 1;
    return batch.payloadOffset[last]! + align4(batch.payloadLength[last]!);
  }

  /**
   * Scans a record (its cooked header first) in the batch's arena; packet alerts become rows of the batch.
   * @param originalLength length of the record before it was cut.
   */
  scan(batch: DropBatch, view: DataView, offset: number, length: number, originalLength: number): void {
    if (length < COOKED_HEADER_BYTES || view.getUint16(offset + COOKED_TYPE_OFFSET) !== ARPHRD_NETLINK)
      return;
    this.sawNetlink = true;
    this.#learnByteOrder(view, offset + COOKED_HEADER_BYTES, length, originalLength);
    const family = view.getUint16(offset + COOKED_FAMILY_OFFSET);
    const [start, end] = [offset + COOKED_HEADER_BYTES, offset + length];
    if (family === NETLINK_GENERIC) {
      this.#scanGeneric(batch, view, start, end);
    } else if (family === NETLINK_ROUTE) {
      for (const message of messagesOf(batch.arena, this.#littleEndian, start, end)) {
        const link = decodeLink(message);
        if (link) this.#learnDevice(batch, deviceOfLink(link));
      }
    }
  }

  /**
   * The byte order of the recording host is the one in which nlmsg_len of a record's first message fits the record;
   * when neither does, that of the record before.
   */
  #learnByteOrder(view: DataView, message: number, length: number, originalLength: number): void {
    if (length < COOKED_HEADER_BYTES + 4) return;
    const fits = (littleEndian: boolean) => {
      const messageLength = view.getUint32(message, littleEndian);
      return messageLength >= NLMSG_HDRLEN && messageLength <= originalLength - COOKED_HEADER_BYTES;
    };
    if (!fits(this.#littleEndian) && fits(!this.#littleEndian)) this.#littleEndian = !this.#littleEndian;
  }

  #scanGeneric(batch: DropBatch, view: DataView, start: number, end: number): void {
    const littleEndian = this.#littleEndian;
    for (let at = start; end - at >= NLMSG_HDRLEN;) {
      const length = view.getUint32(at, littleEndian);
      const type = view.getUint16(at + 4, littleEndian);
      if (length < NLMSG_HDRLEN) return;
      if (type === GENL_ID_CTRL) this.#learnFamily(batch, at, end);
      else if (this.#isOfFamily(batch, view, at, length, end)) {
        this.#alertId = type;
        this.alerts.decode(batch, view, at, end - at, littleEndian);
      }
      at += align4(length);
    }
  }

  #isOfFamily(batch: DropBatch, view: DataView, at: number, length: number, end: number): boolean {
    const type = view.getUint16(at + 4, this.#littleEndian);
    if (this.#familyIds.size === 0 && this.#canOnlyBeAlert(batch, view, at, length, end)) {
      this.#familyIds.add(type);
    }
    return this.#familyIds.has(type);
  }

  #learnFamily(batch: DropBatch, start: number, end: number): void {
    for (const message of messagesOf(batch.arena, this.#littleEndian, start, end)) {
      const family = decodeFamily(message);
      if (!family) return;
      this.#familyIds.delete(family.id);
      if (family.name === NET_DM_FAMILY_NAME && !family.deleted) this.#familyIds.add(family.id);
      return;
    }
  }

  /** Drops that were before a device changed keep what it was then. */
  #learnDevice(batch: DropBatch, device: Device): void {
    const known = this.devices.get(device.ifindex);
    if (known && (known.name !== device.name || known.type !== device.type)) {
      this.resolver.resolveOf(batch, device.ifindex);
    }
    this.devices.set(device);
  }

  /** An event (no flags, sequence or port id) of version 2 and the right command, with all of an alert's attributes and no other. */
  #canOnlyBeAlert(batch: DropBatch, view: DataView, at: number, length: number, end: number): boolean {
    const littleEndian = this.#littleEndian;
    const type = view.getUint16(at + 4, littleEndian);
    const attributes = at + NLMSG_HDRLEN + GENL_HDRLEN;
    if (type < GENL_START_ALLOC || type > GENL_MAX_ID || at + length > end || attributes > at + length)
      return false;
    if (view.getUint16(at + 6, littleEndian) !== 0 || view.getUint32(at + 8, littleEndian) !== 0)
      return false;
    if (view.getUint32(at + 12, littleEndian) !== 0) return false;
    if (view.getUint8(at + NLMSG_HDRLEN) !== NET_DM_CMD_PACKET_ALERT) return false;
    if (view.getUint8(at + NLMSG_HDRLEN + 1) !== NET_DM_GENL_VERSION) return false;
    const unknownBefore = this.#probe.unknownAttributes;
    if (!this.#probe.decode(batch, view, attributes, at + length, false, littleEndian)) return false;
    const { programCounter, trap } = batch.kindOf(--batch.length);
    const placed = programCounter !== undefined || trap !== undefined;
    return placed && this.#probe.unknownAttributes === unknownBefore;
  }
}
