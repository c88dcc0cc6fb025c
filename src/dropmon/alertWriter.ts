import { align4, copyBytes } from '../bytes.js';
import { type DropBatch, NAME_FROM_ALERT, NO_PROTOCOL, ORIGIN_SOFTWARE } from '../drop/batch.js';
import { GENL_HDRLEN, NLA_F_NESTED, NLA_HDRLEN, NLMSG_HDRLEN } from '../netlink/constants.js';
import {
  NET_DM_ATTR_FLOW_ACTION_COOKIE,
  NET_DM_ATTR_HW_TRAP_GROUP_NAME,
  NET_DM_ATTR_HW_TRAP_NAME,
  NET_DM_ATTR_IN_PORT,
  NET_DM_ATTR_ORIG_LEN,
  NET_DM_ATTR_ORIGIN,
  NET_DM_ATTR_PAYLOAD,
  NET_DM_ATTR_PC,
  NET_DM_ATTR_PORT_NETDEV_IFINDEX,
  NET_DM_ATTR_PORT_NETDEV_NAME,
  NET_DM_ATTR_PROTO,
  NET_DM_ATTR_REASON,
  NET_DM_ATTR_SYMBOL,
  NET_DM_ATTR_TIMESTAMP,
  NET_DM_CMD_PACKET_ALERT,
  NET_DM_GENL_VERSION,
} from './constants.js';

const HEADER_BYTES = NLMSG_HDRLEN + GENL_HDRLEN;
/** What nla_len can say, its own header left out. The kernel sends no more either. */
const MAX_VALUE_BYTES = 0xffff - NLA_HDRLEN;
/** Of a device's name, which stands in a nest, behind its index, that has to hold no more than that. */
const MAX_PORT_NAME_BYTES = 0xffff - 32;

/**
 * Writes drops as the kernel does: NET_DM_CMD_PACKET_ALERT with its attributes in the kernel's order (packetAlert.ts
 * lists them), in the byte order of the drop's host. Of a recorded alert, it writes the same bytes. One writer serves
 * one output; `measure` comes before each `write`.
 */
export class AlertWriter {
  #view: DataView = new DataView(new ArrayBuffer(0));
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #littleEndian = true;

  /** Length in bytes of the message for row `i`, whose payload has `payloadLength` bytes. */
  measure(batch: DropBatch, i: number, payloadLength: number, omitAddresses: boolean): number {
    const value = (bytes: number) => align4(NLA_HDRLEN + bytes);
    const text = (id: number, most?: number) => (id === 0 ? 0 : value(valueBytes(batch, id, most) + 1));
    const hasPc = !omitAddresses && (batch.pcLow[i] !== 0 || batch.pcHigh[i] !== 0);
    const name = this.#portName(batch, i);
    const port = (batch.ifindex[i] === 0 ? 0 : value(4)) + text(name, MAX_PORT_NAME_BYTES);
    const cookie = batch.cookie[i]!;
    return (
      HEADER_BYTES +
      value(2) +
      (hasPc ? value(8) : 0) +
      text(batch.reason[i]!) +
      text(this.#symbol(batch, i, omitAddresses)) +
      text(batch.trapGroup[i]!) +
      text(batch.trap[i]!) +
      (hasPort(batch, i, port) ? value(port) : 0) +
      (cookie === 0 ? 0 : value(valueBytes(batch, cookie))) +
      value(8) +
      value(4) +
      (batch.protocol[i] === NO_PROTOCOL ? 0 : value(2)) +
      (payloadLength === 0 ? 0 : value(Math.min(payloadLength, MAX_VALUE_BYTES)))
    );
  }

  /**
   * Writes row `i` as a message at `at` of `target`, where `total` bytes, as measured, have room.
   * @param payload bytes of the packet: `payloadLength` from `payloadOffset`.
   * @param originalLength bytes that these were before truncation.
   */
  write(
    batch: DropBatch,
    i: number,
    familyId: number,
    payload: Uint8Array,
    payloadOffset: number,
    payloadLength: number,
    originalLength: number,
    omitAddresses: boolean,
    target: Uint8Array,
    at: number,
    total: number,
  ): void {
    const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
    const littleEndian = batch.littleEndian[i] === 1;
    this.#view = view;
    this.#bytes = target;
    this.#littleEndian = littleEndian;
    target.fill(0, at, at + total - align4(Math.min(payloadLength, MAX_VALUE_BYTES)));
    view.setUint32(at, total, littleEndian);
    view.setUint16(at + 4, familyId, littleEndian);
    view.setUint8(at + NLMSG_HDRLEN, NET_DM_CMD_PACKET_ALERT);
    view.setUint8(at + NLMSG_HDRLEN + 1, NET_DM_GENL_VERSION);
    this.#at = at + HEADER_BYTES;

    view.setUint16(this.#begin(NET_DM_ATTR_ORIGIN, 2), batch.origin[i]!, littleEndian);
    if (!omitAddresses && (batch.pcLow[i] !== 0 || batch.pcHigh[i] !== 0)) {
      this.#u64(NET_DM_ATTR_PC, batch.pcHigh[i]!, batch.pcLow[i]!);
    }
    this.#text(batch, NET_DM_ATTR_REASON, batch.reason[i]!);
    this.#text(batch, NET_DM_ATTR_SYMBOL, this.#symbol(batch, i, omitAddresses));
    this.#text(batch, NET_DM_ATTR_HW_TRAP_GROUP_NAME, batch.trapGroup[i]!);
    this.#text(batch, NET_DM_ATTR_HW_TRAP_NAME, batch.trap[i]!);
    this.#port(batch, i);
    const cookie = batch.cookie[i]!;
    if (cookie !== 0) {
      const length = valueBytes(batch, cookie);
      const offset = this.#begin(NET_DM_ATTR_FLOW_ACTION_COOKIE, length);
      copyBytes(batch.strings.bytes(cookie), 0, length, target, offset);
    }
    this.#u64(NET_DM_ATTR_TIMESTAMP, batch.timestampHigh[i]!, batch.timestampLow[i]!);
    view.setUint32(this.#begin(NET_DM_ATTR_ORIG_LEN, 4), originalLength, littleEndian);
    if (batch.protocol[i] !== NO_PROTOCOL) {
      view.setUint16(this.#begin(NET_DM_ATTR_PROTO, 2), batch.protocol[i]!, littleEndian);
    }
    const length = Math.min(payloadLength, MAX_VALUE_BYTES);
    if (length === 0) return;
    const offset = this.#begin(NET_DM_ATTR_PAYLOAD, length);
    copyBytes(payload, payloadOffset, length, target, offset);
    target.fill(0, offset + length, this.#at);
  }

  /** Writes an attribute's header; returns where its value goes. */
  #begin(type: number, length: number): number {
    const at = this.#at;
    this.#view.setUint16(at, NLA_HDRLEN + length, this.#littleEndian);
    this.#view.setUint16(at + 2, type, this.#littleEndian);
    this.#at = at + align4(NLA_HDRLEN + length);
    return at + NLA_HDRLEN;
  }

  #u64(type: number, high: number, low: number): void {
    const offset = this.#begin(type, 8);
    this.#view.setUint32(offset + (this.#littleEndian ? 4 : 0), high, this.#littleEndian);
    this.#view.setUint32(offset + (this.#littleEndian ? 0 : 4), low, this.#littleEndian);
  }

  /** A NUL-terminated string; nothing for the absent one. */
  #text(batch: DropBatch, type: number, id: number, most?: number): void {
    if (id === 0) return;
    const length = valueBytes(batch, id, most);
    const offset = this.#begin(type, length + 1);
    copyBytes(batch.strings.bytes(id), 0, length, this.#bytes, offset);
  }

  #port(batch: DropBatch, i: number): void {
    const start = this.#at;
    this.#at += NLA_HDRLEN;
    const ifindex = batch.ifindex[i]!;
    if (ifindex !== 0) {
      this.#view.setUint32(this.#begin(NET_DM_ATTR_PORT_NETDEV_IFINDEX, 4), ifindex, this.#littleEndian);
    }
    this.#text(batch, NET_DM_ATTR_PORT_NETDEV_NAME, this.#portName(batch, i), MAX_PORT_NAME_BYTES);
    const end = this.#at;
    this.#at = start;
    if (hasPort(batch, i, end - start - NLA_HDRLEN)) {
      this.#begin(NET_DM_ATTR_IN_PORT | NLA_F_NESTED, end - start - NLA_HDRLEN);
    }
  }

  /** The name that the kernel gave; one from elsewhere is no part of an alert. */
  #portName(batch: DropBatch, i: number): number {
    return batch.nameSource[i] === NAME_FROM_ALERT ? batch.interfaceName[i]! : 0;
  }

  /** A text that is but an address tells it too. */
  #symbol(batch: DropBatch, i: number, omitAddresses: boolean): number {
    const id = batch.symbol[i]!;
    const address = omitAddresses && id !== 0 && batch.strings.text(id).startsWith('0x');
    return address ? 0 : id;
  }
}

/** Bytes of a string as the value of an attribute, room for a NUL behind it. */
function valueBytes(batch: DropBatch, id: number, most: number = MAX_VALUE_BYTES - 1): number {
  return Math.min(batch.strings.bytes(id).length, most);
}

/**
 * Whether an alert has a nest for its input device. A software drop's is there also when it is empty (Linux 6.12,
 * net_dm_packet_report_fill()).
 */
function hasPort(batch: DropBatch, i: number, bytes: number): boolean {
  return bytes > 0 || batch.origin[i] === ORIGIN_SOFTWARE;
}
