import { ByteMemo } from '../byteMemo.js';
import { align4 } from '../bytes.js';
import { type DropBatch, NO_PROTOCOL } from '../drop/batch.js';
import type { KindFacts, KindTable } from '../drop/kind.js';
import { FRAMING_UNRESOLVED } from '../drop/layout.js';
import type { DropOrigin } from '../drop/origin.js';
import { DEVICE_TYPE_UNKNOWN } from '../linktype/resolve.js';
import { AttributeCursor } from '../netlink/attributeCursor.js';
import { NLA_HDRLEN, NLA_TYPE_MASK } from '../netlink/constants.js';
import {
  NET_DM_ATTR_FLOW_ACTION_COOKIE,
  NET_DM_ATTR_HW_TRAP_GROUP_NAME,
  NET_DM_ATTR_HW_TRAP_NAME,
  NET_DM_ATTR_IN_PORT,
  NET_DM_ATTR_ORIG_LEN,
  NET_DM_ATTR_ORIGIN,
  NET_DM_ATTR_PAD,
  NET_DM_ATTR_PAYLOAD,
  NET_DM_ATTR_PC,
  NET_DM_ATTR_PORT_NETDEV_IFINDEX,
  NET_DM_ATTR_PORT_NETDEV_NAME,
  NET_DM_ATTR_PROTO,
  NET_DM_ATTR_REASON,
  NET_DM_ATTR_SYMBOL,
  NET_DM_ATTR_TIMESTAMP,
  NET_DM_ORIGIN_HW,
  NET_DM_ORIGIN_SW,
} from './constants.js';

/** NET_DM_ATTR_ORIGIN's values. */
const ORIGINS: ReadonlyMap<number, DropOrigin> = new Map([
  [NET_DM_ORIGIN_SW, 'software'],
  [NET_DM_ORIGIN_HW, 'hardware'],
]);

/** The highest type that the next kernels may give an attribute: Linux 7.3 has 23 types. */
const NEWER_TYPE_MAX = 31;

/** The facts that the attributes of an alert give to its kind. */
type AlertFacts = { -readonly [Name in keyof KindFacts]?: KindFacts[Name] };

/**
 * Decodes NET_DM_CMD_PACKET_ALERT of software and hardware drops into rows of a DropBatch. The kernel writes all facts
 * of a kind before TIMESTAMP. So when an alert begins with known bytes, these bytes give the kind. Only a new kind, or
 * an alert with another order of attributes, allocates. One decoder serves one source.
 *
 *     attribute                        value
 *     ORIGIN                    u16    0 software, 1 hardware
 *     PC                        u64    program counter of kfree_skb's caller     software
 *     REASON                    str    drop reason, kernels from 5.18            software
 *     SYMBOL                    str    %pS of PC, cut at 39 characters           software
 *     HW_TRAP_GROUP_NAME        str    devlink trap group                        hardware
 *     HW_TRAP_NAME              str    devlink trap                              hardware
 *     IN_PORT                   nest   PORT_NETDEV_IFINDEX u32 (type 0), PORT_NETDEV_NAME str
 *     FLOW_ACTION_COOKIE        bytes                                            hardware
 *     TIMESTAMP                 u64    nanoseconds since 1970 UTC
 *     ORIG_LEN                  u32    length from the MAC header on
 *     PROTO                     u16    ETH_P_*, host order
 *     PAYLOAD                   bytes  the packet from its MAC header on
 *
 * The attributes may have any order. ORIGIN and TIMESTAMP are required. Numbers are in the byte order of the kernel's
 * host. Source: net_dm_packet_report_fill() and net_dm_hw_packet_report_fill() of net/core/drop_monitor.c, Linux 6.12.
 */
export class PacketAlertDecoder {
  /** Attributes of types that this decoder does not know: skipped and counted. */
  unknownAttributes = 0;
  /** The part of them that is no newer kernel's: types of the family's other messages, and types far above its own. */
  foreignAttributes = 0;
  readonly #cursor = new AttributeCursor();
  readonly #port = new AttributeCursor();
  #kinds: KindTable | undefined;
  /** Numbers of kinds by the attributes before TIMESTAMP, for each byte order. */
  readonly #littleEndianKinds = new ByteMemo<number>();
  readonly #bigEndianKinds = new ByteMemo<number>();
  /** Whether the last decoded alert has only facts of its kind before TIMESTAMP, and none after, as kernels send it. */
  #usualOrder = false;

  /**
   * Appends an alert to the batch, if the alert is well formed. Does not resolve device and framing: the row has
   * FRAMING_UNRESOLVED. The batch must have room.
   * @param view of the batch's arena. The attributes are from `start` to `end`.
   * @param cut whether the message continues after `end`. A payload that was cut there keeps its first bytes.
   * @param littleEndian byte order of the kernel's host.
   * @returns whether the alert was well formed. When false, the batch is unchanged.
   */
  decode(
    batch: DropBatch,
    view: DataView,
    start: number,
    end: number,
    cut: boolean,
    littleEndian: boolean,
  ): boolean {
    if (batch.kinds !== this.#kinds) {
      this.#kinds = batch.kinds;
      this.#littleEndianKinds.clear();
      this.#bigEndianKinds.clear();
    }
    const memo = littleEndian ? this.#littleEndianKinds : this.#bigEndianKinds;
    const prefixBytes = findTimestamp(view, start, end, littleEndian) - start;
    const known = prefixBytes > 0 ? memo.get(view, start, prefixBytes) : undefined;
    if (
      known !== undefined &&
      this.#decodeRow(batch, view, start + prefixBytes, end, cut, littleEndian, known)
    ) {
      return true;
    }
    const unknownBefore = this.unknownAttributes;
    if (!this.#decodeRow(batch, view, start, end, cut, littleEndian, undefined)) return false;
    if (prefixBytes > 0 && this.unknownAttributes === unknownBefore && this.#usualOrder) {
      memo.set(view, start, prefixBytes, batch.kind[batch.length - 1]!);
    }
    return true;
  }

  /**
   * Decodes the attributes from `from` on into the batch's next row. With a known kind, `from` is the end of the bytes
   * that gave the kind.
   * @returns whether the row was appended. False when the alert is malformed, or has facts that the known kind lacks.
   */
  #decodeRow(
    batch: DropBatch,
    view: DataView,
    from: number,
    end: number,
    cut: boolean,
    littleEndian: boolean,
    knownKind: number | undefined,
  ): boolean {
    const cursor = this.#cursor;
    const row = batch.length;
    let facts: AlertFacts | undefined;
    let timestamped = false;
    let originalLength = 0;
    let payloadOffset = from;
    let payloadLength = 0;
    let protocol = NO_PROTOCOL;
    let unknown = 0;
    let foreign = 0;
    this.#usualOrder = true;

    cursor.reset(view, from, end, littleEndian);
    while (cursor.next()) {
      switch (cursor.type) {
        case NET_DM_ATTR_TIMESTAMP:
          batch.timestampLow[row] = cursor.u64Low();
          batch.timestampHigh[row] = cursor.u64High();
          timestamped = true;
          break;
        case NET_DM_ATTR_ORIG_LEN:
          originalLength = cursor.u32();
          this.#usualOrder &&= timestamped;
          break;
        case NET_DM_ATTR_PROTO:
          protocol = cursor.u16();
          this.#usualOrder &&= timestamped;
          break;
        case NET_DM_ATTR_PAYLOAD:
          payloadOffset = cursor.offset;
          payloadLength = cursor.length;
          this.#usualOrder &&= timestamped;
          break;
        case NET_DM_ATTR_PAD:
          break;
        case NET_DM_ATTR_IN_PORT:
          unknown += this.#decodePort((facts ??= {}), view, littleEndian);
          this.#usualOrder &&= !timestamped;
          break;
        default:
          if (this.#decodeFact((facts ??= {}))) this.#usualOrder &&= !timestamped;
          else {
            unknown++;
            if (cursor.type <= NET_DM_ATTR_REASON || cursor.type > NEWER_TYPE_MAX) foreign++;
          }
      }
    }
    if (cursor.failed) {
      if (!cut || cursor.type !== NET_DM_ATTR_PAYLOAD || cursor.cutLength < 0) return false;
      payloadOffset = cursor.offset;
      payloadLength = cursor.cutLength;
    }
    if (!timestamped || (knownKind !== undefined && !this.#usualOrder)) return false;
    const kind = knownKind ?? internKind(batch.kinds, facts, littleEndian);
    if (kind === undefined) return false;
    batch.kind[row] = kind;
    batch.framing[row] = FRAMING_UNRESOLVED;
    batch.lostBefore[row] = 0;
    batch.repeatedBefore[row] = 0;
    batch.protocol[row] = protocol;
    batch.payloadOffset[row] = payloadOffset;
    batch.payloadLength[row] = payloadLength;
    batch.originalLength[row] = Math.max(originalLength, payloadLength);
    batch.length = row + 1;
    this.unknownAttributes += unknown;
    this.foreignAttributes += foreign;
    return true;
  }

  /** Adds the cursor's attribute to the facts of a kind; false when the attribute's type is unknown. */
  #decodeFact(facts: AlertFacts): boolean {
    const cursor = this.#cursor;
    switch (cursor.type) {
      case NET_DM_ATTR_ORIGIN: {
        const origin = ORIGINS.get(cursor.u16());
        if (origin === undefined) cursor.failed = true;
        else facts.origin = origin;
        return true;
      }
      case NET_DM_ATTR_PC:
        facts.programCounter = cursor.u64();
        return true;
      case NET_DM_ATTR_REASON:
        facts.reason = cursor.text();
        return true;
      case NET_DM_ATTR_SYMBOL:
        facts.symbolText = cursor.text();
        return true;
      case NET_DM_ATTR_HW_TRAP_GROUP_NAME:
        facts.trapGroup = cursor.text();
        return true;
      case NET_DM_ATTR_HW_TRAP_NAME:
        facts.trap = cursor.text();
        return true;
      case NET_DM_ATTR_FLOW_ACTION_COOKIE:
        facts.cookie = cursor.bytes();
        return true;
    }
    return false;
  }

  /** @returns how many attributes have an unknown type. */
  #decodePort(facts: AlertFacts, view: DataView, littleEndian: boolean): number {
    const { offset, length } = this.#cursor;
    const port = this.#port;
    let unknown = 0;
    port.reset(view, offset, offset + length, littleEndian);
    while (port.next()) {
      if (port.type === NET_DM_ATTR_PORT_NETDEV_IFINDEX) facts.ifindex = port.u32();
      else if (port.type === NET_DM_ATTR_PORT_NETDEV_NAME) facts.interfaceName = port.text();
      else unknown++;
    }
    if (port.failed) this.#cursor.failed = true;
    return unknown;
  }
}

/** Offset of the attribute TIMESTAMP; -1 when there is none. */
function findTimestamp(view: DataView, start: number, end: number, littleEndian: boolean): number {
  for (let at = start; end - at >= NLA_HDRLEN;) {
    if ((view.getUint16(at + 2, littleEndian) & NLA_TYPE_MASK) === NET_DM_ATTR_TIMESTAMP) return at;
    const length = view.getUint16(at, littleEndian);
    if (length < NLA_HDRLEN) return -1;
    at += align4(length);
  }
  return -1;
}

/**
 * The number of the kind with these facts; undefined without an origin. The value 0 means no program counter, and no
 * device.
 */
function internKind(
  kinds: KindTable,
  facts: AlertFacts | undefined,
  littleEndian: boolean,
): number | undefined {
  if (facts?.origin === undefined) return undefined;
  return kinds.intern({
    ...facts,
    origin: facts.origin,
    programCounter: facts.programCounter === 0n ? undefined : facts.programCounter,
    ifindex: facts.ifindex === 0 ? undefined : facts.ifindex,
    interfaceNameSource: facts.interfaceName === undefined ? undefined : 'alert',
    deviceType: DEVICE_TYPE_UNKNOWN,
    littleEndian,
  }).id;
}
