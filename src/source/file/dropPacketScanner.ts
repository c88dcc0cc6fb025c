import { ByteMemo } from '../../byteMemo.js';
import { type DropBatch, NO_PROTOCOL } from '../../drop/batch.js';
import type { DeviceTable } from '../../drop/device.js';
import type { DropKind, InterfaceNameSource, KindFacts, KindTable } from '../../drop/kind.js';
import { joinSymbol } from '../../drop/symbol.js';
import { FRAMING_ETHERNET, FRAMING_SLL, SLL_HEADER_BYTES } from '../../linktype/framing.js';
import { DEVICE_TYPE_UNKNOWN } from '../../linktype/resolve.js';
import {
  addedBytes,
  framingOfLinkType,
  NO_FRAMING,
  restorePayload,
  sllDeviceType,
  sllFraming,
} from '../../linktype/restore.js';
import type { CommentFields } from '../../metadata/comment.js';
import { type InterfaceFacts, parseInterfaceText } from '../../metadata/interfaceDescription.js';
import { isComment, parseComment } from '../../metadata/parseComment.js';
import { parseRepeatedComment } from '../../metadata/repeatedComment.js';
import { MAX_PACKET_BYTES } from '../../pcap/writer.js';
import { EPB_DROPCOUNT, OPT_COMMENT } from '../../pcapng/constants.js';
import { OPTIONS_OVERRUN, OptionCursor } from '../../pcapng/optionCursor.js';
import type { PcapngReader } from '../../pcapng/reader.js';
import type { ReadInterface } from '../../pcapng/readInterface.js';
import { framingOf, isAddressed } from '../deviceResolver.js';

/** A kind of drops with one comment, and what else the kind depends on. */
interface KnownKind {
  readonly interface: ReadInterface;
  readonly messageKind: DropKind | undefined;
  /** Whether the frames are for the interface's hardware address. */
  readonly addressed: boolean;
  readonly kind: DropKind;
}

/** A comment, and the kinds of the drops that have it. */
interface KnownComment {
  readonly fields: CommentFields;
  /** By interface, and for messages that the comment completes by the message's kind: mostly one. */
  readonly kinds: KnownKind[];
}

/** Kinds that a comment keeps: a hostile file may have any number of interfaces. */
const MAX_KINDS_OF_COMMENT = 8;

/**
 * Reads the drops of a file that dropcap wrote: packets with dropcap's comment. Comments repeat, so each comment is
 * parsed once. Makes no object per packet.
 */
export class DropPacketScanner {
  /**
   * Number of packets that are too short for their link type, too long for any, or whose comment has no known origin.
   */
  malformed = 0;
  readonly #devices: DeviceTable;
  readonly #option = new OptionCursor();
  /** epb_dropcount of the last packet. */
  #lost = 0;
  /** The last packet's number of equal drops that were left out before it. */
  #repeated = 0;
  readonly #comments = new ByteMemo<KnownComment>();
  /** The table of the kinds in `#comments`. */
  #table: KindTable | undefined;
  readonly #facts = new WeakMap<ReadInterface, InterfaceFacts>();
  /** The filters of the interfaces that have drops: up to two different ones. */
  readonly #filters = new Set<string | undefined>();

  /** @param devices receives the devices that the file's interfaces describe. */
  constructor(devices: DeviceTable) {
    this.#devices = devices;
  }

  /**
   * Converts the packet that the reader found in the batch's arena to a row. The batch must have room. False when the
   * packet has no dropcap comment, or a link type that no drop has.
   */
  scan(batch: DropBatch, view: DataView, reader: PcapngReader): boolean {
    let framing = framingOfLinkType(reader.linkType);
    const comment = this.#comment(batch, view, reader);
    if (!comment || framing === NO_FRAMING) return false;
    const kind = this.#kindOf(batch, comment, reader, framing);
    const { protocol = NO_PROTOCOL } = comment.fields;
    if (kind && framing === FRAMING_SLL) {
      framing = sllFraming(batch.arena, reader.offset, reader.length, protocol, kind.deviceType);
    }
    const added = addedBytes(framing);
    if (!kind || reader.length < added || reader.length > MAX_PACKET_BYTES) {
      this.malformed++;
      return true;
    }
    const offset = reader.offset + added;
    const length = reader.length - added;
    const row = batch.length++;
    batch.kind[row] = kind.id;
    batch.framing[row] = framing;
    batch.timestampHigh[row] = reader.timestampHigh;
    batch.timestampLow[row] = reader.timestampLow;
    batch.protocol[row] = protocol;
    batch.originalLength[row] = reader.originalLength - added;
    batch.payloadOffset[row] = offset;
    batch.payloadLength[row] = length;
    batch.lostBefore[row] = this.#lost;
    batch.repeatedBefore[row] = this.#repeated;
    restorePayload(framing, batch.arena, offset, length);
    return true;
  }

  /**
   * Adds facts from the packet's comment to row `i`, which was decoded from a netlink message: the whole symbol and
   * the input device. Other messages in the file may describe that device differently, since they may be of another
   * time or host.
   */
  complete(batch: DropBatch, i: number, view: DataView, reader: PcapngReader): void {
    const comment = this.#comment(batch, view, reader);
    if (!comment) return;
    batch.lostBefore[i] = this.#lost;
    batch.repeatedBefore[i] = this.#repeated;
    const kind = batch.kindOf(i);
    let whole = knownKind(comment, reader.interface!, kind, false);
    if (!whole) {
      whole = completeKind(
        batch.kinds,
        kind,
        comment.fields,
        this.#factsOf(reader.interface!, comment.fields),
      );
      remember(comment, { interface: reader.interface!, messageKind: kind, addressed: false, kind: whole });
    }
    batch.kind[i] = whole.id;
    if (comment.fields.ifindex === kind.ifindex)
      batch.framing[i] = framingOf(batch, i, whole, whole.deviceType);
  }

  /** The packet's dropcap comment; undefined when it has none. Sets `#lost` and `#repeated`. */
  #comment(batch: DropBatch, view: DataView, reader: PcapngReader): KnownComment | undefined {
    const option = this.#option;
    let found: KnownComment | undefined;
    this.#lost = 0;
    this.#repeated = 0;
    if (batch.kinds !== this.#table) {
      this.#table = batch.kinds;
      this.#comments.clear();
    }
    option.reset(view, reader.optionsOffset, reader.optionsEnd, reader.littleEndian);
    while (option.next()) {
      if (option.code === EPB_DROPCOUNT) {
        this.#lost = clampU32(option.u64());
        if (option.length !== 8) reader.reportDamage(`epb_dropcount of ${option.length} bytes`);
      }
      if (option.code !== OPT_COMMENT || !isComment(batch.arena, option.offset, option.length)) continue;
      const repeated = parseRepeatedComment(batch.arena, option.offset, option.length);
      if (repeated !== 0) this.#repeated = repeated;
      if (found || repeated !== 0) continue;
      found = this.#comments.get(view, option.offset, option.length);
      if (found) continue;
      const fields = parseComment(batch.arena, option.offset, option.length);
      found = { fields, kinds: [] };
      this.#comments.set(view, option.offset, option.length, found);
    }
    if (option.overrun) reader.reportDamage(OPTIONS_OVERRUN);
    return found;
  }

  /** The kind of the reader's packet; undefined when the comment has no origin that this version knows. */
  #kindOf(
    { arena, kinds }: DropBatch,
    comment: KnownComment,
    reader: PcapngReader,
    framing: number,
  ): DropKind | undefined {
    const { fields } = comment;
    const { origin } = fields;
    // When another tool removed the interface's description, the cooked header of each packet has the device type.
    const subject = reader.interface!;
    const cooked = framing === FRAMING_SLL && reader.length >= SLL_HEADER_BYTES;
    const headerType =
      cooked && subject.description === undefined ? sllDeviceType(arena, reader.offset) : DEVICE_TYPE_UNKNOWN;
    const addressed =
      framing === FRAMING_ETHERNET && isAddressed(arena, reader.offset, reader.length, subject.macAddress);
    const known = knownKind(comment, subject, undefined, addressed);
    if (known && (headerType === DEVICE_TYPE_UNKNOWN || headerType === known.deviceType)) return known;
    if (origin === undefined) return undefined;
    const facts = this.#factsOf(subject, fields);
    const deviceType = facts.deviceType === DEVICE_TYPE_UNKNOWN ? headerType : facts.deviceType;
    const kind = kinds.intern({ ...kindFacts(fields, facts, addressed), origin, deviceType });
    remember(comment, { interface: subject, messageKind: undefined, addressed, kind });
    return kind;
  }

  /** The expression that chose the drops so far; undefined when there was none, or one for some interfaces only. */
  get filter(): string | undefined {
    return this.#filters.size === 1 ? [...this.#filters][0] : undefined;
  }

  /** The facts of an interface's description. The first call for an interface also stores its device. */
  #factsOf(subject: ReadInterface, comment: CommentFields): InterfaceFacts {
    let facts = this.#facts.get(subject);
    if (!facts) {
      facts = parseInterfaceText(subject.description);
      this.#facts.set(subject, facts);
      this.#learnDevice(subject, facts, comment);
      if (this.#filters.size < 2) this.#filters.add(subject.filter);
    }
    return facts;
  }

  #learnDevice(subject: ReadInterface, facts: InterfaceFacts, comment: CommentFields): void {
    const { ifindex, interfaceName: name } = comment;
    if (ifindex === undefined || name === undefined) return;
    // Tools that write a file again remove some interface options. Messages in the file may have reported the same
    // facts.
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

function knownKind(
  { kinds }: KnownComment,
  subject: ReadInterface,
  messageKind: DropKind | undefined,
  addressed: boolean,
): DropKind | undefined {
  for (const known of kinds)
    if (known.interface === subject && known.messageKind === messageKind && known.addressed === addressed)
      return known.kind;
  return undefined;
}

function remember({ kinds }: KnownComment, known: KnownKind): void {
  if (kinds.length === MAX_KINDS_OF_COMMENT) kinds.length = 0;
  kinds.push(known);
}

function clampU32(value: bigint): number {
  return Number(value > 0xffffffffn ? 0xffffffffn : value);
}

function kindFacts(
  comment: CommentFields,
  facts: InterfaceFacts,
  addressed: boolean,
): Omit<KindFacts, 'origin'> {
  const { programCounter, symbol, module, interfaceName } = comment;
  return {
    programCounter: programCounter === 0n ? undefined : programCounter,
    reason: comment.reason,
    symbolText: symbol === undefined ? undefined : joinSymbol({ symbol, module }),
    trap: comment.trap,
    trapGroup: comment.trapGroup,
    cookie: comment.cookie,
    ifindex: comment.ifindex,
    interfaceName,
    interfaceNameSource: interfaceName === undefined ? undefined : nameSource(facts, addressed),
    otherNamespace: facts.otherNamespace || undefined,
    deviceType: facts.deviceType,
    littleEndian: true,
  };
}

function nameSource({ nameFromDevices }: InterfaceFacts, addressed: boolean): InterfaceNameSource {
  if (!nameFromDevices) return 'alert';
  return addressed ? 'address' : 'devices';
}

function completeKind(
  kinds: KindTable,
  kind: DropKind,
  comment: CommentFields,
  facts: InterfaceFacts,
): DropKind {
  const { symbolText } = kindFacts(comment, facts, false);
  const whole = symbolText?.startsWith(kind.symbolText ?? '') ? symbolText : kind.symbolText;
  if (comment.ifindex !== kind.ifindex) return kinds.intern({ ...kind, symbolText: whole });
  const named = kind.interfaceName === undefined && comment.interfaceName !== undefined;
  return kinds.intern({
    ...kind,
    symbolText: whole,
    deviceType: facts.deviceType,
    otherNamespace: facts.otherNamespace || undefined,
    ...(named && { interfaceName: comment.interfaceName, interfaceNameSource: nameSource(facts, false) }),
  });
}
