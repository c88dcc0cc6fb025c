import { align4, copyBytes } from '../bytes.js';
import { type DropBatch, NO_PROTOCOL } from '../drop/batch.js';
import type { DropKind, KindTable } from '../drop/kind.js';
import { type DropOrigin, unreachable } from '../drop/origin.js';
import { AttributeWriter } from '../netlink/attributeWriter.js';
import { GENL_HDRLEN, NLA_HDRLEN, NLMSG_HDRLEN } from '../netlink/constants.js';
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
  NET_DM_ORIGIN_HW,
  NET_DM_ORIGIN_SW,
} from './constants.js';

const HEADER_BYTES = NLMSG_HDRLEN + GENL_HDRLEN;
/**
 * Most bytes of an attribute's value. nla_len has 16 bits and includes the attribute's header. The kernel sends no
 * more.
 */
const MAX_VALUE_BYTES = 0xffff - NLA_HDRLEN;
/** Most bytes of a device's name. The nest must also hold the index before the name. */
const MAX_PORT_NAME_BYTES = 0xffff - 32;
const TIMESTAMP_BYTES = NLA_HDRLEN + 8;
const ORIGINAL_LENGTH_BYTES = NLA_HDRLEN + 4;
const PROTOCOL_BYTES = align4(NLA_HDRLEN + 2);

/**
 * Writes drops as the kernel does: NET_DM_CMD_PACKET_ALERT with the attributes in the kernel's order (packetAlert.ts
 * lists them), in the byte order of the drop's host. For a recorded alert, the result has the same bytes. One writer
 * serves one output. The caller must call `measure` before each `write`.
 */
export class AlertWriter {
  readonly #omitAddresses: boolean;
  /** The attributes before TIMESTAMP, by the kind's number. */
  #prefixes: (Uint8Array | undefined)[] = [];
  #kinds: KindTable | undefined;

  /** @param omitAddresses leave out program counters, and symbols that are only an address. */
  constructor(omitAddresses: boolean) {
    this.#omitAddresses = omitAddresses;
  }

  /** Length in bytes of the message for row `i`, whose payload has `payloadLength` bytes. */
  measure(batch: DropBatch, i: number, payloadLength: number): number {
    return (
      HEADER_BYTES +
      this.#prefixOf(batch, i).length +
      TIMESTAMP_BYTES +
      ORIGINAL_LENGTH_BYTES +
      (batch.protocol[i] === NO_PROTOCOL ? 0 : PROTOCOL_BYTES) +
      (payloadLength === 0 ? 0 : align4(NLA_HDRLEN + Math.min(payloadLength, MAX_VALUE_BYTES)))
    );
  }

  /**
   * Writes row `i` as a message at `at` of `target`.
   * @param payload holds the packet: `payloadLength` bytes from `payloadOffset`.
   * @param originalLength bytes of the packet before truncation.
   * @param total the result of `measure`: `target` must have room for so many bytes.
   */
  write(
    batch: DropBatch,
    i: number,
    familyId: number,
    payload: Uint8Array,
    payloadOffset: number,
    payloadLength: number,
    originalLength: number,
    target: Uint8Array,
    at: number,
    total: number,
  ): void {
    const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
    const { littleEndian } = batch.kindOf(i);
    const prefix = this.#prefixOf(batch, i);
    target.fill(0, at, at + HEADER_BYTES);
    view.setUint32(at, total, littleEndian);
    view.setUint16(at + 4, familyId, littleEndian);
    view.setUint8(at + NLMSG_HDRLEN, NET_DM_CMD_PACKET_ALERT);
    view.setUint8(at + NLMSG_HDRLEN + 1, NET_DM_GENL_VERSION);
    target.set(prefix, at + HEADER_BYTES);
    let offset = at + HEADER_BYTES + prefix.length;

    writeHeader(view, offset, NET_DM_ATTR_TIMESTAMP, 8, littleEndian);
    const [high, low] = [batch.timestampHigh[i]!, batch.timestampLow[i]!];
    view.setUint32(offset + NLA_HDRLEN, littleEndian ? low : high, littleEndian);
    view.setUint32(offset + NLA_HDRLEN + 4, littleEndian ? high : low, littleEndian);
    offset += TIMESTAMP_BYTES;
    writeHeader(view, offset, NET_DM_ATTR_ORIG_LEN, 4, littleEndian);
    view.setUint32(offset + NLA_HDRLEN, originalLength, littleEndian);
    offset += ORIGINAL_LENGTH_BYTES;
    if (batch.protocol[i] !== NO_PROTOCOL) {
      writeHeader(view, offset, NET_DM_ATTR_PROTO, 2, littleEndian);
      view.setUint16(offset + NLA_HDRLEN, batch.protocol[i]!, littleEndian);
      view.setUint16(offset + NLA_HDRLEN + 2, 0);
      offset += PROTOCOL_BYTES;
    }
    const length = Math.min(payloadLength, MAX_VALUE_BYTES);
    if (length === 0) return;
    writeHeader(view, offset, NET_DM_ATTR_PAYLOAD, length, littleEndian);
    copyBytes(payload, payloadOffset, length, target, offset + NLA_HDRLEN);
    target.fill(0, offset + NLA_HDRLEN + length, at + total);
  }

  #prefixOf(batch: DropBatch, i: number): Uint8Array {
    if (batch.kinds !== this.#kinds) {
      this.#kinds = batch.kinds;
      this.#prefixes = [];
    }
    const id = batch.kind[i]!;
    return (this.#prefixes[id] ??= buildPrefix(batch.kinds.get(id), this.#omitAddresses));
  }
}

function writeHeader(view: DataView, at: number, type: number, length: number, littleEndian: boolean): void {
  view.setUint16(at, NLA_HDRLEN + length, littleEndian);
  view.setUint16(at + 2, type, littleEndian);
}

/** The attributes that the kernel writes before TIMESTAMP. */
function buildPrefix(kind: DropKind, omitAddresses: boolean): Uint8Array {
  const writer = new AttributeWriter(kind.littleEndian);
  const text = (type: number, value: string | undefined) => {
    if (value !== undefined) writer.string(type, value.slice(0, MAX_VALUE_BYTES - 1));
  };
  // A symbol that is only an address shows the same as the program counter.
  const symbol = omitAddresses && kind.symbolText?.startsWith('0x') ? undefined : kind.symbolText;
  writer.u16(NET_DM_ATTR_ORIGIN, originNumber(kind.origin));
  if (!omitAddresses && kind.programCounter !== undefined) writer.u64(NET_DM_ATTR_PC, kind.programCounter);
  text(NET_DM_ATTR_REASON, kind.reason);
  text(NET_DM_ATTR_SYMBOL, symbol);
  text(NET_DM_ATTR_HW_TRAP_GROUP_NAME, kind.trapGroup);
  text(NET_DM_ATTR_HW_TRAP_NAME, kind.trap);
  writePort(writer, kind);
  if (kind.cookie) writer.bytes(NET_DM_ATTR_FLOW_ACTION_COOKIE, kind.cookie.subarray(0, MAX_VALUE_BYTES - 1));
  return writer.finish();
}

/**
 * The nest of the input device: its index, and its name if the alert gave the name. A software alert has the nest also
 * when the nest is empty (Linux 6.12, net_dm_packet_report_fill()).
 */
function writePort(writer: AttributeWriter, kind: DropKind): void {
  const { ifindex } = kind;
  const name = kind.interfaceNameSource === 'alert' ? kind.interfaceName : undefined;
  if (kind.origin !== 'software' && ifindex === undefined && name === undefined) return;
  writer.nest(NET_DM_ATTR_IN_PORT, (port) => {
    if (ifindex !== undefined) port.u32(NET_DM_ATTR_PORT_NETDEV_IFINDEX, ifindex);
    if (name !== undefined) port.string(NET_DM_ATTR_PORT_NETDEV_NAME, name.slice(0, MAX_PORT_NAME_BYTES));
  });
}

/** NET_DM_ATTR_ORIGIN. */
function originNumber(origin: DropOrigin): number {
  switch (origin) {
    case 'software':
      return NET_DM_ORIGIN_SW;
    case 'hardware':
      return NET_DM_ORIGIN_HW;
  }
  return unreachable(origin);
}
