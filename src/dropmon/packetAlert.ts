import { DEVICE_NOT_LOOKED_UP, type DropBatch, NAME_FROM_ALERT, NO_PROTOCOL } from '../drop/batch.js';
import { AttributeCursor } from '../netlink/attributeCursor.js';
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
} from './constants.js';

/**
 * Decodes NET_DM_CMD_PACKET_ALERT, software's and hardware's, into rows of a DropBatch. Allocates nothing but
 * strings that the batch's table has not met. One decoder serves one source.
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
 * In any order. ORIGIN and TIMESTAMP must be there; numbers are in the byte order of the kernel's host. Source:
 * net_dm_packet_report_fill() and net_dm_hw_packet_report_fill() of net/core/drop_monitor.c, Linux 6.12.
 */
export class PacketAlertDecoder {
  /** Attributes of types that this decoder does not know: skipped and counted. */
  unknownAttributes = 0;
  readonly #cursor = new AttributeCursor();
  readonly #port = new AttributeCursor();

  /**
   * Appends the alert whose attributes lie from `start` to `end` of the batch's arena, if it is sound.
   * @param view of the batch's arena. The batch must have room.
   * @param cut the message goes on behind `end`: its payload, if that is what was cut, keeps what is there.
   * @param littleEndian byte order of the kernel's host.
   * @returns whether it was sound; the batch is unchanged when not.
   */
  decode(
    batch: DropBatch,
    view: DataView,
    start: number,
    end: number,
    cut: boolean,
    littleEndian: boolean,
  ): boolean {
    const row = batch.length;
    const { strings, arena } = batch;
    const cursor = this.#cursor;
    let seen = 0;
    let originalLength = -1;
    let payloadOffset = start;
    let payloadLength = 0;
    let protocol = NO_PROTOCOL;
    let unknown = 0;
    batch.pcLow[row] = 0;
    batch.pcHigh[row] = 0;
    batch.ifindex[row] = 0;
    batch.reason[row] = 0;
    batch.symbol[row] = 0;
    batch.trap[row] = 0;
    batch.trapGroup[row] = 0;
    batch.interfaceName[row] = 0;
    batch.cookie[row] = 0;

    cursor.reset(view, start, end, littleEndian);
    while (cursor.next()) {
      switch (cursor.type) {
        case NET_DM_ATTR_ORIGIN: {
          const origin = cursor.u16();
          if (origin > NET_DM_ORIGIN_HW) return false;
          batch.origin[row] = origin;
          seen |= SEEN_ORIGIN;
          break;
        }
        case NET_DM_ATTR_PC:
          batch.pcLow[row] = cursor.u64Low();
          batch.pcHigh[row] = cursor.u64High();
          break;
        case NET_DM_ATTR_REASON:
          batch.reason[row] = strings.intern(arena, cursor.offset, cursor.stringLength());
          break;
        case NET_DM_ATTR_SYMBOL:
          batch.symbol[row] = strings.intern(arena, cursor.offset, cursor.stringLength());
          break;
        case NET_DM_ATTR_HW_TRAP_GROUP_NAME:
          batch.trapGroup[row] = strings.intern(arena, cursor.offset, cursor.stringLength());
          break;
        case NET_DM_ATTR_HW_TRAP_NAME:
          batch.trap[row] = strings.intern(arena, cursor.offset, cursor.stringLength());
          break;
        case NET_DM_ATTR_IN_PORT:
          if (!this.#decodePort(batch, view, cursor.offset, cursor.length, littleEndian)) return false;
          break;
        case NET_DM_ATTR_FLOW_ACTION_COOKIE:
          batch.cookie[row] = strings.intern(arena, cursor.offset, cursor.length);
          break;
        case NET_DM_ATTR_TIMESTAMP:
          batch.timestampLow[row] = cursor.u64Low();
          batch.timestampHigh[row] = cursor.u64High();
          seen |= SEEN_TIMESTAMP;
          break;
        case NET_DM_ATTR_ORIG_LEN:
          originalLength = cursor.u32();
          break;
        case NET_DM_ATTR_PROTO:
          protocol = cursor.u16();
          break;
        case NET_DM_ATTR_PAYLOAD:
          payloadOffset = cursor.offset;
          payloadLength = cursor.length;
          break;
        case NET_DM_ATTR_PAD:
          break;
        default:
          unknown++;
      }
    }
    if (cursor.failed) {
      if (!cut || cursor.type !== NET_DM_ATTR_PAYLOAD || cursor.cutLength < 0) return false;
      payloadOffset = cursor.offset;
      payloadLength = cursor.cutLength;
    }
    if (seen !== SEEN_ALL) return false;
    batch.place[row] = 0;
    batch.littleEndian[row] = littleEndian ? 1 : 0;
    batch.lostBefore[row] = 0;
    batch.nameSource[row] = NAME_FROM_ALERT;
    batch.deviceType[row] = DEVICE_NOT_LOOKED_UP;
    batch.protocol[row] = protocol;
    batch.payloadOffset[row] = payloadOffset;
    batch.payloadLength[row] = payloadLength;
    batch.originalLength[row] = Math.max(originalLength, payloadLength);
    batch.length = row + 1;
    this.unknownAttributes += unknown;
    return true;
  }

  #decodePort(
    batch: DropBatch,
    view: DataView,
    offset: number,
    length: number,
    littleEndian: boolean,
  ): boolean {
    const port = this.#port;
    port.reset(view, offset, offset + length, littleEndian);
    while (port.next()) {
      if (port.type === NET_DM_ATTR_PORT_NETDEV_IFINDEX) {
        batch.ifindex[batch.length] = port.u32();
      } else if (port.type === NET_DM_ATTR_PORT_NETDEV_NAME) {
        batch.interfaceName[batch.length] = batch.strings.intern(
          batch.arena,
          port.offset,
          port.stringLength(),
        );
      } else {
        this.unknownAttributes++;
      }
    }
    return !port.failed;
  }
}

const SEEN_ORIGIN = 1;
const SEEN_TIMESTAMP = 2;
const SEEN_ALL = SEEN_ORIGIN | SEEN_TIMESTAMP;
