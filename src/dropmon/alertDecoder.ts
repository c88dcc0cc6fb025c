import type { AlertTemplates, HotPath } from '../binding/hotPath.js';
import type { DropBatch } from '../drop/batch.js';
import type { DropCount } from '../drop/dropCount.js';
import type { KindTable } from '../drop/kind.js';
import { HOST_LITTLE_ENDIAN } from '../bytes.js';
import { GENL_HDRLEN, GENL_ID_CTRL, NLMSG_HDRLEN } from '../netlink/constants.js';
import { decodeFamily } from '../netlink/family.js';
import { messagesOf } from '../netlink/message.js';
import { NET_DM_CMD_ALERT, NET_DM_CMD_PACKET_ALERT } from './constants.js';
import { PacketAlertDecoder } from './packetAlert.js';
import { decodeSummaryAlert } from './summaryAlert.js';

const ATTRIBUTES_OFFSET = NLMSG_HDRLEN + GENL_HDRLEN;
const ETH_P_NETLINK_GENERIC = 16;

const NEWER_KERNEL =
  'the kernel is newer than this dropcap: its alerts have attributes that this version does not know ' +
  '(they are left out, and counted at the end; all else is captured, with more processor time)';

/** Counters of the family's messages that did not become drops. */
export interface AlertCounters {
  /** Alerts that could not be decoded and were skipped. */
  malformed: number;
  /** Alerts that were cut before they reached us. The batch holds the packet's bytes before the cut. */
  cut: number;
  /** Alerts whose packet was itself an alert: a copy of an alert that netlink dropped. These are in no batch. */
  alertCopies: number;
  /** Drops that summary alerts counted. In summary mode, the monitor sends no packets. */
  summarized: number;
}

/**
 * Decodes the messages of the NET_DM family: packet alerts become rows of batches, the other alerts are counted. The
 * hot path learns from each alert that TypeScript decodes, and then decodes later alerts that begin with the same
 * bytes.
 */
export class AlertDecoder {
  readonly counters: AlertCounters = { malformed: 0, cut: 0, alertCopies: 0, summarized: 0 };
  /** The kernel removed the family, which it does when its module is unloaded. Found by `decodeMessages`. */
  familyRemoved = false;
  readonly #packetAlert = new PacketAlertDecoder();
  readonly #templates: AlertTemplates | undefined;
  readonly #onCounts: ((counts: readonly DropCount[]) => void) | undefined;
  readonly #onNotice: ((text: string) => void) | undefined;
  #kinds: KindTable | undefined;
  /**
   * Whether decodeMessages() or decodeRecords() was called. Without these calls, nothing uses what the templates
   * learn.
   */
  #learning = false;

  /**
   * @param hotPath the addon's functions; with null, TypeScript decodes every alert.
   * @param onCounts called for each summary alert.
   * @param onNotice called once with a text for people, for the first alert that has attributes of unknown types.
   */
  constructor(
    hotPath: HotPath | null,
    onCounts?: (counts: readonly DropCount[]) => void,
    onNotice?: (text: string) => void,
  ) {
    this.#onCounts = onCounts;
    this.#onNotice = onNotice;
    this.#templates = hotPath ? new hotPath.AlertTemplates() : undefined;
  }

  /** Number of attributes whose type this version does not know. */
  get unknownAttributes(): number {
    return this.#packetAlert.unknownAttributes;
  }

  /** The part of them that a newer kernel can have. */
  get #newerAttributes(): number {
    return this.#packetAlert.unknownAttributes - this.#packetAlert.foreignAttributes;
  }

  /**
   * Decodes the family's messages, in this host's byte order. The batch must have room for `count` rows.
   * @param index `count` pairs of offset and length: messages of all families in the batch's arena.
   */
  decodeMessages(
    batch: DropBatch,
    view: DataView,
    index: Uint32Array,
    count: number,
    familyId: number,
  ): void {
    const templates = this.#templatesFor(batch);
    const { arena, columnMemory } = batch;
    for (let i = 0; i < count; i++) {
      if (templates) {
        const done = templates.decodeMessages(arena, columnMemory, batch.length, index, count, i, familyId);
        batch.length += done;
        i += done;
        if (i === count) return;
      }
      const [offset, length] = [index[2 * i]!, index[2 * i + 1]!];
      if (length < NLMSG_HDRLEN) {
        this.counters.malformed++;
        continue;
      }
      const type = view.getUint16(offset + 4, HOST_LITTLE_ENDIAN);
      if (type === familyId) this.decode(batch, view, offset, length, HOST_LITTLE_ENDIAN);
      else if (type === GENL_ID_CTRL) this.familyRemoved ||= removes(familyId, arena, offset, length);
    }
  }

  /**
   * Decodes netlink records of a little-endian pcap file with the hot path. The records are in the batch's arena from
   * `at` to `end`. Stops at the first record that the hot path cannot decode. Each decoded record is one row, and ends
   * where the row's payload ends.
   * @returns the number of decoded records.
   */
  decodeRecords(batch: DropBatch, at: number, end: number, familyId: number): number {
    const { arena, columnMemory, length } = batch;
    const done = this.#templatesFor(batch)?.decodeRecords(arena, columnMemory, length, at, end, familyId);
    batch.length += done ?? 0;
    return done ?? 0;
  }

  /**
   * Decodes the message at `offset` of the batch's arena. The message's nlmsg_type must be the family's id. A packet
   * alert becomes the batch's next row; the batch must have room. Skips replies and requests.
   * @param available bytes of the message in the arena. A larger nlmsg_len means that the message was cut.
   * @param littleEndian byte order of the kernel's host.
   */
  decode(batch: DropBatch, view: DataView, offset: number, available: number, littleEndian: boolean): void {
    const length = available < ATTRIBUTES_OFFSET ? 0 : view.getUint32(offset, littleEndian);
    if (length < ATTRIBUTES_OFFSET) {
      this.counters.malformed++;
      return;
    }
    const start = offset + ATTRIBUTES_OFFSET;
    const end = offset + Math.min(length, available);
    const command = view.getUint8(offset + NLMSG_HDRLEN);
    if (command === NET_DM_CMD_PACKET_ALERT) {
      const cut = length > available;
      const familyId = view.getUint16(offset + 4, littleEndian);
      const unknownBefore = this.unknownAttributes;
      const newerBefore = this.#newerAttributes;
      if (!this.#packetAlert.decode(batch, view, start, end, cut, littleEndian)) {
        this.counters.malformed++;
      } else if (isAlertCopy(batch, batch.length - 1, view, familyId, littleEndian)) {
        batch.length--;
        this.counters.alertCopies++;
      } else if (cut) {
        this.counters.cut++;
      } else if (this.#learning && littleEndian && this.unknownAttributes === unknownBefore) {
        const row = batch.length - 1;
        const mayBeCopy = batch.kindOf(row).ifindex === undefined;
        this.#templatesFor(batch)?.learn(batch.arena, start, end - start, batch.kind[row]!, mayBeCopy);
      }
      if (newerBefore === 0 && this.#newerAttributes > 0) this.#onNotice?.(NEWER_KERNEL);
    } else if (command === NET_DM_CMD_ALERT) {
      const counts = decodeSummaryAlert(view, start, end, littleEndian);
      if (!counts) {
        this.counters.malformed++;
        return;
      }
      for (const { count } of counts) this.counters.summarized += count;
      this.#onCounts?.(counts);
    }
  }

  /** The templates. Emptied when the batch has another table of kinds: templates hold numbers of kinds. */
  #templatesFor(batch: DropBatch): AlertTemplates | undefined {
    this.#learning = true;
    if (batch.kinds !== this.#kinds) {
      this.#templates?.clear();
      this.#kinds = batch.kinds;
    }
    return this.#templates;
  }
}

/** Whether a message of nlctrl says that the kernel removed the family. */
function removes(familyId: number, arena: Uint8Array, offset: number, length: number): boolean {
  for (const message of messagesOf(arena, HOST_LITTLE_ENDIAN, offset, offset + length)) {
    const family = decodeFamily(message);
    if (family?.deleted && family.id === familyId) return true;
  }
  return false;
}

/**
 * Whether the dropped packet is itself a message of the family. When a listener's socket filter rejects an alert,
 * netlink frees the clone with kfree_skb(). Where netlink sets the MAC header, the monitor reports that clone as a
 * drop, for ever (seen on 6.12.117). Such packets have no device, and protocol 0 or NETLINK_GENERIC.
 */
function isAlertCopy(
  batch: DropBatch,
  row: number,
  view: DataView,
  familyId: number,
  littleEndian: boolean,
): boolean {
  const protocol = batch.protocol[row]!;
  if (protocol > 0 && protocol !== ETH_P_NETLINK_GENERIC) return false;
  if (batch.kindOf(row).ifindex !== undefined || batch.payloadLength[row]! < ATTRIBUTES_OFFSET) return false;
  const payload = batch.payloadOffset[row]!;
  const length = view.getUint32(payload, littleEndian);
  return (
    length >= ATTRIBUTES_OFFSET &&
    length <= batch.originalLength[row]! &&
    view.getUint16(payload + 4, littleEndian) === familyId
  );
}
