import { ByteMemo } from '../../byteMemo.js';
import { type DropBatch, NO_PROTOCOL } from '../../drop/batch.js';
import type { DeviceTable } from '../../drop/device.js';
import type { DropKind, KindFacts, KindTable } from '../../drop/kind.js';
import { joinSymbol } from '../../drop/symbol.js';
import { FRAMING_SLL } from '../../linktype/framing.js';
import { DEVICE_TYPE_UNKNOWN } from '../../linktype/resolve.js';
import {
  addedBytes,
  framingOfLinkType,
  NO_FRAMING,
  restorePayload,
  sllDeviceType,
} from '../../linktype/restore.js';
import type { CommentFields } from '../../metadata/comment.js';
import { type InterfaceFacts, parseInterfaceText } from '../../metadata/interfaceDescription.js';
import { isComment, parseComment } from '../../metadata/parseComment.js';
import { EPB_DROPCOUNT, OPT_COMMENT } from '../../pcapng/constants.js';
import { OptionCursor } from '../../pcapng/optionCursor.js';
import type { PcapngReader } from '../../pcapng/reader.js';
import type { ReadInterface } from '../../pcapng/readInterface.js';
import { framingOf } from '../deviceResolver.js';

/** No tool reads longer packets, and the kernel sends none. */
const MAX_PACKET_BYTES = 262_144;

/** What the comments on one interface say. */
interface InterfaceKinds {
  readonly facts: InterfaceFacts;
  /** The table of the kinds. */
  readonly table: KindTable;
  /** Kinds of packets with a comment, and of messages that a comment completes, by the message's own kind. */
  readonly kinds: WeakMap<CommentFields, DropKind>;
  readonly completed: WeakMap<CommentFields, Map<DropKind, DropKind>>;
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
  readonly #comments = new ByteMemo<CommentFields>();
  readonly #interfaces = new WeakMap<ReadInterface, InterfaceKinds>();

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
    const subject = this.#interfaceOf(batch.kinds, reader.interface!, comment);
    const kind = this.#kindOf(batch, subject, comment, framing, reader.offset);
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
    batch.protocol[row] = comment.protocol ?? NO_PROTOCOL;
    batch.originalLength[row] = reader.originalLength - added;
    batch.payloadOffset[row] = offset;
    batch.payloadLength[row] = length;
    batch.lostBefore[row] = this.#lost;
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
    const { facts, completed } = this.#interfaceOf(batch.kinds, reader.interface!, comment);
    const kind = batch.kindOf(i);
    let kinds = completed.get(comment);
    if (!kinds) completed.set(comment, (kinds = new Map()));
    let whole = kinds.get(kind);
    if (!whole) kinds.set(kind, (whole = completeKind(batch.kinds, kind, comment, facts)));
    batch.kind[i] = whole.id;
    if (comment.ifindex === kind.ifindex) batch.framing[i] = framingOf(batch, i, whole, whole.deviceType);
  }

  /** The packet's comment of ours, if it has one; sets `#lost`. */
  #comment(batch: DropBatch, view: DataView, reader: PcapngReader): CommentFields | undefined {
    const option = this.#option;
    let found: CommentFields | undefined;
    this.#lost = 0;
    option.reset(view, reader.optionsOffset, reader.optionsEnd, reader.littleEndian);
    while (option.next()) {
      if (option.code === EPB_DROPCOUNT) this.#lost = clampU32(option.u64());
      if (found || option.code !== OPT_COMMENT || !isComment(batch.arena, option.offset, option.length))
        continue;
      found = this.#comments.get(view, option.offset, option.length);
      if (found) continue;
      found = parseComment(batch.arena, option.offset, option.length);
      this.#comments.set(view, option.offset, option.length, found);
    }
    return found;
  }

  /** The kind of a packet with that comment on that interface; undefined where the comment has no origin that we know. */
  #kindOf(
    { arena, kinds }: DropBatch,
    subject: InterfaceKinds,
    comment: CommentFields,
    framing: number,
    packetOffset: number,
  ): DropKind | undefined {
    const { origin } = comment;
    if (origin === undefined) return undefined;
    if (framing === FRAMING_SLL && subject.facts.deviceType === DEVICE_TYPE_UNKNOWN) {
      // Another tool left out the interface's description: the packet's own header has the type.
      return kinds.intern({
        ...kindFacts(comment, subject.facts),
        origin,
        deviceType: sllDeviceType(arena, packetOffset),
      });
    }
    let kind = subject.kinds.get(comment);
    if (!kind)
      subject.kinds.set(comment, (kind = kinds.intern({ ...kindFacts(comment, subject.facts), origin })));
    return kind;
  }

  /** What is known of an interface, whose device is learned at its first packet. */
  #interfaceOf(table: KindTable, subject: ReadInterface, comment: CommentFields): InterfaceKinds {
    const known = this.#interfaces.get(subject);
    if (known?.table === table) return known;
    const facts = known?.facts ?? parseInterfaceText(subject.description);
    const made = { facts, table, kinds: new WeakMap(), completed: new WeakMap() };
    this.#interfaces.set(subject, made);
    if (!known) this.#learnDevice(subject, facts, comment);
    return made;
  }

  #learnDevice(subject: ReadInterface, facts: InterfaceFacts, comment: CommentFields): void {
    const { ifindex, interfaceName: name } = comment;
    if (ifindex === undefined || name === undefined) return;
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

function clampU32(value: bigint): number {
  return Number(value > 0xffffffffn ? 0xffffffffn : value);
}

function kindFacts(comment: CommentFields, facts: InterfaceFacts): Omit<KindFacts, 'origin'> {
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
    interfaceNameSource: interfaceName === undefined ? undefined : nameSource(facts),
    deviceType: facts.deviceType,
    littleEndian: true,
  };
}

function nameSource({ nameFromDevices }: InterfaceFacts): 'alert' | 'devices' {
  return nameFromDevices ? 'devices' : 'alert';
}

function completeKind(
  kinds: KindTable,
  kind: DropKind,
  comment: CommentFields,
  facts: InterfaceFacts,
): DropKind {
  const { symbolText } = kindFacts(comment, facts);
  const whole = symbolText?.startsWith(kind.symbolText ?? '') ? symbolText : kind.symbolText;
  if (comment.ifindex !== kind.ifindex) return kinds.intern(kind.with({ symbolText: whole }));
  const named = kind.interfaceName === undefined && comment.interfaceName !== undefined;
  return kinds.intern(
    kind.with({
      symbolText: whole,
      deviceType: facts.deviceType,
      ...(named && { interfaceName: comment.interfaceName, interfaceNameSource: nameSource(facts) }),
    }),
  );
}
