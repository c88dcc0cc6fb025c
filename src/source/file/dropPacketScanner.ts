import type { DeviceTable } from '../../drop/device.js';
import {
  type DropBatch,
  NAME_FROM_ALERT,
  NAME_FROM_DEVICES,
  NO_PROTOCOL,
  ORIGIN_HARDWARE,
  ORIGIN_SOFTWARE,
} from '../../drop/batch.js';
import { joinSymbol } from '../../drop/record.js';
import { FRAMING_SLL } from '../../linktype/framing.js';
import { DEVICE_TYPE_UNKNOWN } from '../../linktype/resolve.js';
import {
  addedBytes,
  framingOfLinkType,
  NO_FRAMING,
  restorePayload,
  sllDeviceType,
} from '../../linktype/restore.js';
import { type InterfaceFacts, parseInterfaceText } from '../../metadata/interfaceDescription.js';
import { isComment, parseComment } from '../../metadata/parseComment.js';
import { EPB_DROPCOUNT, OPT_COMMENT } from '../../pcapng/constants.js';
import { OptionCursor } from '../../pcapng/optionCursor.js';
import type { PcapngReader } from '../../pcapng/reader.js';
import type { ReadInterface } from '../../pcapng/readInterface.js';
import type { StringTable } from '../../drop/stringTable.js';
import { CommentCache } from './commentCache.js';
import { setDeviceType } from '../deviceColumns.js';

/** No tool reads longer packets, and the kernel sends none. */
const MAX_PACKET_BYTES = 262_144;

/** What a comment says, ready for the columns: ids are those of the batch's strings. */
interface CommentColumns {
  readonly origin: number;
  readonly pcHigh: number;
  readonly pcLow: number;
  readonly ifindex: number;
  readonly protocol: number;
  readonly reason: number;
  readonly symbol: number;
  readonly trap: number;
  readonly trapGroup: number;
  readonly interfaceName: number;
  readonly cookie: number;
}

/**
 * Takes the drops out of a file that dropcap wrote: packets whose comment says so. Comments repeat, so each is
 * parsed once; a packet costs no object.
 */
export class DropPacketScanner {
  /** Packets too short for their link type, or too long for any. */
  malformed = 0;
  readonly #devices: DeviceTable;
  readonly #option = new OptionCursor();
  /** epb_dropcount of the packet looked at last. */
  #lost = 0;
  readonly #comments = new CommentCache<CommentColumns>();
  readonly #facts = new WeakMap<ReadInterface, InterfaceFacts>();

  /** @param devices is told what the file's interfaces say of their devices. */
  constructor(devices: DeviceTable) {
    this.#devices = devices;
  }

  /**
   * Makes the packet that the reader found in the batch's arena a row of the batch, which must have room; false when
   * it has no comment of ours, or a link type that no drop has.
   */
  scan(batch: DropBatch, view: DataView, reader: PcapngReader): boolean {
    const framing = framingOfLinkType(reader.linkType);
    const comment = framing === NO_FRAMING ? undefined : this.#comment(batch, view, reader);
    if (!comment) return false;
    const added = addedBytes(framing);
    if (reader.length < added || reader.length > MAX_PACKET_BYTES) {
      this.malformed++;
      return true;
    }
    const { deviceType, nameFromDevices } = this.#factsOf(reader.interface!, comment, batch.strings);
    const offset = reader.offset + added;
    const length = reader.length - added;
    const row = batch.length++;
    batch.place[row] = 0;
    batch.timestampHigh[row] = reader.timestampHigh;
    batch.timestampLow[row] = reader.timestampLow;
    batch.originalLength[row] = reader.originalLength - added;
    batch.payloadOffset[row] = offset;
    batch.payloadLength[row] = length;
    batch.framing[row] = framing;
    batch.littleEndian[row] = 1;
    batch.origin[row] = comment.origin;
    batch.pcHigh[row] = comment.pcHigh;
    batch.pcLow[row] = comment.pcLow;
    batch.ifindex[row] = comment.ifindex;
    batch.protocol[row] = comment.protocol;
    batch.reason[row] = comment.reason;
    batch.symbol[row] = comment.symbol;
    batch.trap[row] = comment.trap;
    batch.trapGroup[row] = comment.trapGroup;
    batch.cookie[row] = comment.cookie;
    batch.lostBefore[row] = this.#lost;
    batch.interfaceName[row] = comment.interfaceName;
    batch.nameSource[row] = nameFromDevices ? NAME_FROM_DEVICES : NAME_FROM_ALERT;
    const unknown = deviceType === DEVICE_TYPE_UNKNOWN && framing === FRAMING_SLL;
    batch.deviceType[row] = unknown ? sllDeviceType(batch.arena, reader.offset) : deviceType;
    restorePayload(framing, batch.arena, offset, length);
    return true;
  }

  /**
   * Adds what the comment of a netlink message's packet says to row `i`, which was decoded from the message: the whole
   * symbol, and the input device, of which messages in the file may say something else: of another time, or another host.
   */
  complete(batch: DropBatch, i: number, view: DataView, reader: PcapngReader): void {
    const comment = this.#comment(batch, view, reader);
    if (!comment) return;
    batch.lostBefore[i] = this.#lost;
    const { strings } = batch;
    if (strings.text(comment.symbol).startsWith(strings.text(batch.symbol[i]!)))
      batch.symbol[i] = comment.symbol;
    if (comment.ifindex !== batch.ifindex[i]) return;
    const { deviceType, nameFromDevices } = this.#factsOf(reader.interface!, comment, strings);
    setDeviceType(batch, i, deviceType);
    if (batch.interfaceName[i] === 0) {
      batch.interfaceName[i] = comment.interfaceName;
      batch.nameSource[i] = nameFromDevices ? NAME_FROM_DEVICES : NAME_FROM_ALERT;
    }
  }

  /** The packet's comment of ours, if it has one; sets `#lost`. */
  #comment(batch: DropBatch, view: DataView, reader: PcapngReader): CommentColumns | undefined {
    const option = this.#option;
    let found: CommentColumns | undefined;
    this.#lost = 0;
    option.reset(view, reader.optionsOffset, reader.optionsEnd, reader.littleEndian);
    while (option.next()) {
      if (option.code === EPB_DROPCOUNT) this.#lost = clampU32(option.u64());
      if (found || option.code !== OPT_COMMENT || !isComment(batch.arena, option.offset, option.length))
        continue;
      found = this.#comments.get(batch, option.offset, option.length, parseColumns);
    }
    return found;
  }

  #factsOf(subject: ReadInterface, comment: CommentColumns, strings: StringTable): InterfaceFacts {
    let facts = this.#facts.get(subject);
    if (!facts) {
      facts = parseInterfaceText(subject.description);
      this.#facts.set(subject, facts);
      if (comment.ifindex !== 0 && comment.interfaceName !== 0) {
        const { ifindex } = comment;
        const name = strings.text(comment.interfaceName);
        // Tools that write a file again leave out some of what messages in it may tell.
        const known = this.#devices.find(ifindex, name);
        this.#devices.set({
          ifindex,
          name,
          type: facts.deviceType,
          macAddress: subject.macAddress ?? known?.macAddress,
          hardware: subject.hardware ?? known?.hardware,
          speed: subject.speed ?? known?.speed,
        });
      }
    }
    return facts;
  }
}

function clampU32(value: bigint): number {
  return Number(value > 0xffffffffn ? 0xffffffffn : value);
}

function parseColumns({ arena, strings }: DropBatch, offset: number, length: number): CommentColumns {
  const fields = parseComment(arena, offset, length);
  const { symbol, module, cookie, programCounter = 0n } = fields;
  return {
    origin: fields.origin === 'hardware' ? ORIGIN_HARDWARE : ORIGIN_SOFTWARE,
    pcHigh: Number(programCounter >> 32n),
    pcLow: Number(programCounter & 0xffffffffn),
    ifindex: fields.ifindex ?? 0,
    protocol: fields.protocol ?? NO_PROTOCOL,
    reason: strings.internText(fields.reason),
    symbol: strings.internText(symbol === undefined ? undefined : joinSymbol({ symbol, module })),
    trap: strings.internText(fields.trap),
    trapGroup: strings.internText(fields.trapGroup),
    interfaceName: strings.internText(fields.interfaceName),
    cookie: cookie ? strings.intern(cookie, 0, cookie.length) : 0,
  };
}
