import type { HotPath } from '../../binding/hotPath.js';
import { align4 } from '../../bytes.js';
import { type Device, DeviceTable } from '../../drop/device.js';
import type { DropBatch } from '../../drop/batch.js';
import type { DropCount } from '../../drop/dropCount.js';
import { AlertDecoder } from '../../dropmon/alertDecoder.js';
import {
  NET_DM_CMD_ALERT,
  NET_DM_CMD_PACKET_ALERT,
  NET_DM_FAMILY_NAME,
  NET_DM_GENL_VERSION,
} from '../../dropmon/constants.js';
import { PacketAlertDecoder } from '../../dropmon/packetAlert.js';
import { isExactSummary } from '../../dropmon/summaryAlert.js';
import {
  GENL_HDRLEN,
  GENL_ID_CTRL,
  GENL_MAX_ID,
  GENL_START_ALLOC,
  NETLINK_GENERIC,
  NETLINK_ROUTE,
  NLMSG_HDRLEN,
} from '../../netlink/constants.js';
import { decodeFamily } from '../../netlink/family.js';
import { messagesOf } from '../../netlink/message.js';
import { decodeLink } from '../../netlink/rtnetlink.js';
import { DeviceResolver } from '../deviceResolver.js';
import { deviceOfLink } from '../linkDevice.js';
import type { CookedLayout } from './netlinkRecord.js';

/**
 * Length of the shortest possible alert: headers of 20 bytes, ORIGIN and TIMESTAMP. So a record of n bytes has at most
 * n / 40 alerts.
 */
export const MIN_ALERT_BYTES = 40;

/**
 * Decodes the alerts in recorded netlink traffic and skips other messages. Learns from the traffic: the family's id
 * from nlctrl's answers, the devices from rtnetlink messages, the byte order of the recording host from each record's
 * lengths. Without an answer of nlctrl, the id is that of the first message that can only be an alert. (dwdump cuts
 * nlctrl's answer when its truncation length is small.)
 */
export class RecordingScanner {
  readonly alerts: AlertDecoder;
  readonly devices: DeviceTable = new DeviceTable();
  /** Resolves device and framing of the drops. */
  readonly resolver: DeviceResolver;
  /** The family's id; the last one when the recording has several; undefined while unknown. */
  get familyId(): number | undefined {
    return [...this.#familyIds].at(-1);
  }

  /** Whether the recording has a record of netlink traffic. */
  sawNetlink = false;
  /** Number of messages that are not of the family. */
  otherMessages = 0;
  /** The family's ids. Merged recordings of several hosts have several ids. */
  readonly #familyIds = new Set<number>();
  /** The id of the last alert. The next alerts usually have the same id. */
  #alertId = 0;
  #littleEndian = true;
  readonly #probe = new PacketAlertDecoder();

  /**
   * @param hotPath the addon's functions; with null, TypeScript decodes everything.
   * @param onCounts called for each summary alert.
   * @param onNotice called with a text for people.
   */
  constructor(
    hotPath: HotPath | null,
    onCounts?: (counts: readonly DropCount[]) => void,
    onNotice?: (text: string) => void,
  ) {
    this.alerts = new AlertDecoder(hotPath, onCounts, onNotice);
    this.resolver = new DeviceResolver(this.devices, hotPath);
  }

  /**
   * Converts records of a little-endian pcap file to rows, as many as the hot path can decode. The records are in the
   * batch's arena from `at` to `end`. The caller must give the next record to `scan`.
   * @returns the offset after the last decoded record.
   */
  scanRecords(batch: DropBatch, at: number, end: number): number {
    if (!this.#familyIds.has(this.#alertId) || !this.#littleEndian) return at;
    if (this.alerts.decodeRecords(batch, at, end, this.#alertId) === 0) return at;
    const last = batch.length - 1;
    return batch.payloadOffset[last]! + align4(batch.payloadLength[last]!);
  }

  /**
   * Scans a record of netlink traffic in the batch's arena. The record begins with its cooked header, which is of
   * `layout`. Its packet alerts become rows of the batch.
   * @param originalLength length of the record in bytes before truncation.
   */
  scan(
    batch: DropBatch,
    view: DataView,
    offset: number,
    length: number,
    originalLength: number,
    { headerBytes, familyOffset }: CookedLayout,
  ): void {
    this.sawNetlink = true;
    const [start, end] = [offset + headerBytes, offset + length];
    this.#learnByteOrder(view, start, end, originalLength - headerBytes);
    const family = view.getUint16(offset + familyOffset);
    if (family === NETLINK_GENERIC) {
      this.#scanGeneric(batch, view, start, end);
      return;
    }
    for (const message of messagesOf(batch.arena, this.#littleEndian, start, end)) {
      this.otherMessages++;
      const link = family === NETLINK_ROUTE ? decodeLink(message) : undefined;
      if (link) this.#learnDevice(batch, deviceOfLink(link));
    }
  }

  /**
   * Learns the byte order of the recording host: the order in which nlmsg_len of a record's first message fits the
   * record. When neither order fits, the byte order does not change.
   */
  #learnByteOrder(view: DataView, message: number, end: number, recordBytes: number): void {
    if (end - message < 4) return;
    const fits = (littleEndian: boolean) => {
      const messageLength = view.getUint32(message, littleEndian);
      return messageLength >= NLMSG_HDRLEN && messageLength <= recordBytes;
    };
    if (!fits(this.#littleEndian) && fits(!this.#littleEndian)) this.#littleEndian = !this.#littleEndian;
  }

  #scanGeneric(batch: DropBatch, view: DataView, start: number, end: number): void {
    const littleEndian = this.#littleEndian;
    for (let at = start; end - at >= NLMSG_HDRLEN;) {
      const length = view.getUint32(at, littleEndian);
      const type = view.getUint16(at + 4, littleEndian);
      if (length < NLMSG_HDRLEN) return;
      if (type !== GENL_ID_CTRL && this.#isOfFamily(batch, view, at, length, end)) {
        this.#alertId = type;
        this.alerts.decode(batch, view, at, end - at, littleEndian);
      } else {
        this.otherMessages++;
        if (type === GENL_ID_CTRL) this.#learnFamily(batch, at, end);
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

  /** Stores a device. Resolves earlier drops first, so that they keep the device's old name and type. */
  #learnDevice(batch: DropBatch, device: Device): void {
    const known = this.devices.get(device.ifindex);
    if (known && (known.name !== device.name || known.type !== device.type)) {
      this.resolver.resolveOf(batch, device.ifindex);
    }
    this.devices.set(device);
  }

  /**
   * Whether the message can only be an alert: no flags, sequence or port id; version 2; the right command; the
   * attributes that every alert has, and no others but those of kernels that are newer. A summary alert has nothing but
   * its points.
   */
  #canOnlyBeAlert(batch: DropBatch, view: DataView, at: number, length: number, end: number): boolean {
    const littleEndian = this.#littleEndian;
    const type = view.getUint16(at + 4, littleEndian);
    const attributes = at + NLMSG_HDRLEN + GENL_HDRLEN;
    if (type < GENL_START_ALLOC || type > GENL_MAX_ID || at + length > end || attributes > at + length)
      return false;
    if (view.getUint16(at + 6, littleEndian) !== 0 || view.getUint32(at + 8, littleEndian) !== 0)
      return false;
    if (view.getUint32(at + 12, littleEndian) !== 0) return false;
    const command = view.getUint8(at + NLMSG_HDRLEN);
    if (view.getUint8(at + NLMSG_HDRLEN + 1) !== NET_DM_GENL_VERSION) return false;
    if (command === NET_DM_CMD_ALERT) return isExactSummary(view, attributes, at + length, littleEndian);
    if (command !== NET_DM_CMD_PACKET_ALERT) return false;
    const foreignBefore = this.#probe.foreignAttributes;
    if (!this.#probe.decode(batch, view, attributes, at + length, false, littleEndian)) return false;
    const { programCounter, trap } = batch.kindOf(--batch.length);
    const placed = programCounter !== undefined || trap !== undefined;
    return placed && this.#probe.foreignAttributes === foreignBefore;
  }
}
