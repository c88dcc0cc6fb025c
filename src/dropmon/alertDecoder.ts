import type { DropBatch } from '../drop.js';
import { GENL_HDRLEN, NLMSG_HDRLEN } from '../netlink/constants.js';
import { NET_DM_CMD_ALERT, NET_DM_CMD_PACKET_ALERT } from './constants.js';
import { PacketAlertDecoder } from './packetAlert.js';
import { decodeSummaryAlert } from './summaryAlert.js';

const ATTRIBUTES_OFFSET = NLMSG_HDRLEN + GENL_HDRLEN;
const ETH_P_NETLINK_GENERIC = 16;

/** What became of the messages of the family that were not turned into drops. */
export interface AlertCounters {
  /** Alerts that could not be decoded, and were skipped. */
  malformed: number;
  /** Alerts that were cut on their way; what was left of the packet is in the batch. */
  cut: number;
  /** Alerts whose packet was itself a message of this family: a drop of a copy of an alert. Not in any batch. */
  self: number;
  /** Drops that summary alerts counted: the monitor was in summary mode and showed no packets. */
  summarized: number;
}

/** Sorts and decodes the messages of the NET_DM family: packet alerts go into batches, the rest into counters. */
export class AlertDecoder {
  readonly counters: AlertCounters = { malformed: 0, cut: 0, self: 0, summarized: 0 };
  readonly #packetAlert = new PacketAlertDecoder();

  /** Attributes of a type that this version does not know. */
  get unknownAttributes(): number {
    return this.#packetAlert.unknownAttributes;
  }

  /**
   * Decodes the message at `offset` of the batch's arena, whose nlmsg_type is the family's id; a packet alert
   * becomes the batch's next row. The batch must have room. Replies and requests are passed over.
   * @param available bytes of it that are there; a larger nlmsg_len means that it was cut.
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
      if (!this.#packetAlert.decode(batch, view, start, end, cut, littleEndian)) {
        this.counters.malformed++;
      } else if (isOwnAlert(batch, batch.length - 1, view, familyId, littleEndian)) {
        batch.length--;
        this.counters.self++;
      } else if (cut) {
        this.counters.cut++;
      }
    } else if (command === NET_DM_CMD_ALERT) {
      const entries = decodeSummaryAlert(view, start, end, littleEndian);
      if (entries) for (const entry of entries) this.counters.summarized += entry.count;
      else this.counters.malformed++;
    }
  }
}

/**
 * Whether the dropped packet is itself a message of the family. When a listener's socket filter rejects an alert,
 * netlink frees the clone with kfree_skb() and, where netlink sets the MAC header, the monitor reports that as a
 * drop, for ever (seen on 6.12.117). Such packets have no device, and protocol 0 or NETLINK_GENERIC.
 */
function isOwnAlert(
  batch: DropBatch,
  row: number,
  view: DataView,
  familyId: number,
  littleEndian: boolean,
): boolean {
  const protocol = batch.protocol[row]!;
  if (protocol > 0 && protocol !== ETH_P_NETLINK_GENERIC) return false;
  if (batch.ifindex[row] !== 0 || batch.payloadLength[row]! < ATTRIBUTES_OFFSET) return false;
  const payload = batch.payloadOffset[row]!;
  const length = view.getUint32(payload, littleEndian);
  return (
    length >= ATTRIBUTES_OFFSET &&
    length <= batch.originalLength[row]! &&
    view.getUint16(payload + 4, littleEndian) === familyId
  );
}
