import type { HotPath, PacketTemplates } from '../binding/hotPath.js';
import { copyBytes } from '../bytes.js';
import type { CaptureFacts } from '../drop/captureFacts.js';
import type { DropBatch } from '../drop/batch.js';
import type { KindTable } from '../drop/kind.js';
import type { LossCounters } from '../drop/losses.js';
import { LINKTYPE_ETHERNET } from '../linktype/constants.js';
import { receptionOf, TO_BROADCAST, TO_UNKNOWN } from '../linktype/reception.js';
import { buildComment } from '../metadata/comment.js';
import { buildRepeatedComment } from '../metadata/repeatedComment.js';
import { DROPMON_INTERFACE } from '../metadata/interfaceDescription.js';
import { buildInterfaceStatistics, buildSectionHeader, type SectionHeader } from '../pcapng/blockBuilders.js';
import {
  EPB_DROPCOUNT,
  EPB_FLAGS,
  EPB_FLAGS_BROADCAST,
  EPB_FLAGS_INBOUND,
  EPB_FLAGS_MULTICAST,
  OPT_COMMENT,
} from '../pcapng/constants.js';
import { enhancedPacketBytes, EPB_HEADER_BYTES, writeEnhancedPacketFrame } from '../pcapng/enhancedPacket.js';
import { OptionWriter } from '../pcapng/optionWriter.js';
import { NO_SYMBOLS } from '../symbols/symbolLookup.js';
import { MAX_PACKET_BYTES } from '../pcap/writer.js';
import type { TimePrecision } from '../pcap/timePrecision.js';
import { KindCache } from './kindCache.js';
import { describeDrop, type DescribeOptions } from './describeDrop.js';
import type { BatchEncoder } from './encoder.js';
import { type InterfaceOrigin, InterfaceTable } from './interfaceTable.js';
import { OutputBuffer } from './outputBuffer.js';
import { fileSnapLength, type PacketForm } from './packetForm.js';
import { TimeRange } from './timeRange.js';
import { microsecondsHigh, microsecondsLow } from './timestamp.js';

const MAX_U32 = 0xffffffff;
/**
 * Offset of epb_flags' value in a packet's options: epb_flags is the first option, and its code and length come first.
 */
const FLAGS_VALUE_OFFSET = 4;
const END_OF_OPTIONS_BYTES = 4;
const NO_TIMES = { startNs: undefined, endNs: undefined };
const NO_OPTIONS = new Uint8Array(0);
const NO_OUTPUT = new OutputBuffer();

/** What all drops of one kind, protocol and framing share in the file. */
interface Annotation {
  readonly interfaceId: number;
  /** The options of the packet's block, complete except for the reception bits of epb_flags and what `withCounts` adds. */
  readonly options: Uint8Array;
}

/** Options of a pcapng encoder. */
export interface PcapngEncoderOptions extends DescribeOptions {
  /** The section header's facts about host, operating system and program. */
  readonly section: SectionHeader;
  readonly origin: InterfaceOrigin;
  /**
   * The source of the capture's start and end times in the statistics blocks. True: the times of `header()` and
   * `trailer()`. False (a recording): the times that `recorded` reports.
   */
  readonly live: boolean;
  /** Returns the begin and the end of a recorded capture, as far as they are known. Called at the end of a file. */
  readonly recorded?: () => Pick<CaptureFacts, 'startNs' | 'endNs'> | undefined;
  /** How drops are written as packets. */
  readonly form: PacketForm;
  /** Most bytes of a drop's payload; undefined when drops are whole. */
  readonly snapLength?: number | undefined;
  /** Returns the expression that chose the drops, as far as it is known. Called for each new interface. */
  readonly filter?: () => string | undefined;
  /** Unit of the time stamps; nanoseconds by default. */
  readonly precision?: TimePrecision | undefined;
  /** The addon's functions, which write nanoseconds; with null, TypeScript encodes every packet. */
  readonly hotPath: HotPath | null;
}

/**
 * Encodes drops as pcapng: one section; one interface for each input device and framing; for each drop one enhanced
 * packet block with the kernel's time stamp, flags and a comment that holds the metadata; interface statistics at the
 * end. docs/output-format.md describes the format.
 */
export class PcapngEncoder implements BatchEncoder {
  cutPackets = 0;
  readonly #options: PcapngEncoderOptions;
  readonly #form: PacketForm;
  readonly #precision: TimePrecision;
  readonly #annotations = new KindCache<Annotation>();
  readonly #interfaces: InterfaceTable;
  readonly #templates: PacketTemplates | undefined;
  /** Length of the output in bytes. The hot path reads and changes it. */
  readonly #written = new Uint32Array(1);
  #symbolsVersion = 0;
  #kinds: KindTable | undefined;
  #startNs = 0n;
  /** Files begun. */
  #segments = 0;
  readonly #times = new TimeRange();
  /** The batch that is being encoded. `#build`, which is made only once, reads it. */
  #batch: DropBatch | undefined;
  /** The output of the current call. */
  #output = NO_OUTPUT;
  readonly #onNewInterface = (block: Uint8Array): void => this.#output.append(block);
  readonly #build = (i: number): Annotation => this.#annotate(this.#batch!, i);

  constructor(options: PcapngEncoderOptions) {
    this.#options = options;
    this.#form = options.form;
    this.#precision = options.precision ?? 'nano';
    this.#interfaces = new InterfaceTable(options.origin, {
      precision: this.#precision,
      snapLength: fileSnapLength(this.#form, options.snapLength),
      filter: options.filter,
    });
    const { hotPath } = options;
    this.#templates =
      hotPath && this.#form.prefix && this.#precision === 'nano' ? new hotPath.PacketTemplates() : undefined;
  }

  header(output: OutputBuffer): void {
    this.#form.start();
    this.#annotations.clear();
    this.#templates?.clear();
    this.#interfaces.clear();
    this.#startNs = now();
    this.#segments++;
    this.#times.clear();
    output.append(buildSectionHeader(this.#options.section));
  }

  encode(batch: DropBatch, output: OutputBuffer, from: number = 0, to: number = batch.length): number {
    this.#output = output;
    this.#batch = batch;
    const { version } = this.#options.symbols ?? NO_SYMBOLS;
    if (version !== this.#symbolsVersion || batch.kinds !== this.#kinds) this.#templates?.clear();
    this.#symbolsVersion = version;
    this.#kinds = batch.kinds;
    for (let i = from; i < to; i++) {
      i = this.#encodeByTemplates(batch, i, to);
      if (i < to) this.#encodeDrop(batch, i);
    }
    this.#batch = undefined;
    this.#output = NO_OUTPUT;
    return to - from;
  }

  /**
   * Encodes rows from `i` to before `to` whose kind, protocol and framing the templates know. Returns the first row that is
   * not encoded.
   */
  #encodeByTemplates(batch: DropBatch, i: number, to: number): number {
    if (!this.#templates) return i;
    const { arena, columnMemory } = batch;
    const [output, written, { packets }] = [this.#output, this.#written, this.#interfaces];
    written[0] = output.length;
    const { words } = this.#times;
    const done = this.#templates.encode(arena, columnMemory, i, to, output.bytes, written, packets, words);
    output.length = written[0];
    return i + done;
  }

  trailer(losses: LossCounters, output: OutputBuffer): void {
    this.#output = output;
    const lossesId = this.#addLosses(losses);
    const { startNs, endNs } = this.#captureTimes();
    const timestampNs = endNs ?? this.#times.last;
    // A block without any time would be of 1970. Losses are more important than that.
    const blocks = timestampNs === undefined && lossesId === undefined ? 0 : this.#interfaces.count;
    const times = { timestampNs: timestampNs ?? 0n, startNs, endNs, precision: this.#precision };
    for (let id = 0; id < blocks; id++) {
      const packets = BigInt(this.#interfaces.packets[id]!);
      const counters =
        id === lossesId
          ? { droppedByInterface: bigintOf(losses.queueDrops), droppedByOs: bigintOf(losses.overruns) }
          : { delivered: packets };
      output.append(buildInterfaceStatistics({ interfaceId: id, ...times, ...counters }));
    }
    this.#output = NO_OUTPUT;
  }

  /**
   * Begin and end of the capture. The end of a segment of a recording is not known before the end of the recording, nor
   * the begin of a later segment. A live file of a recorder begins after its first drops.
   */
  #captureTimes(): Pick<CaptureFacts, 'startNs' | 'endNs'> {
    const { first, last } = this.#times;
    if (this.#options.live) {
      const startNs = first !== undefined && first < this.#startNs ? first : this.#startNs;
      return { startNs, endNs: now() };
    }
    let { startNs, endNs } = this.#options.recorded?.() ?? NO_TIMES;
    if (startNs !== undefined && first !== undefined && first < startNs) startNs = first;
    if (endNs !== undefined && last !== undefined && last > endNs) endNs = last;
    return { startNs: this.#segments === 1 ? startNs : undefined, endNs };
  }

  /**
   * Adds the interface whose statistics report the losses, and returns its id. Losses belong to no single device. Without
   * known losses, adds no such interface, and returns undefined. A file without interfaces gets one nevertheless: libpcap
   * 1.10 refuses such a file.
   */
  #addLosses(losses: LossCounters): number | undefined {
    const { queueDrops, overruns } = losses;
    const known = queueDrops !== undefined || overruns !== undefined;
    if (!known && this.#interfaces.count > 0) return undefined;
    const id = this.#interfaces.add(
      {
        name: DROPMON_INTERFACE,
        // A link type that the file has: tcpdump refuses a file with several.
        linkType: this.#interfaces.firstLinkType ?? this.#form.linkType ?? LINKTYPE_ETHERNET,
        description: known ? lossesText(losses) : 'no drops',
      },
      this.#onNewInterface,
    );
    return known ? id : undefined;
  }

  #encodeDrop(batch: DropBatch, i: number): void {
    const form = this.#form;
    const annotation = this.#annotations.get(batch, i, this.#symbolsVersion, this.#build);
    const { interfaceId } = annotation;
    const prefix = this.#templates && form.prefix?.(batch, i);
    if (prefix) {
      const { arena, columnMemory } = batch;
      this.#templates?.learn(arena, columnMemory, i, interfaceId, prefix, annotation.options);
    }
    const lost = batch.lostBefore[i]!;
    const repeated = batch.repeatedBefore[i]!;
    const options =
      lost === 0 && repeated === 0 ? annotation.options : withCounts(annotation.options, lost, repeated);
    for (const packet of form.before(batch, i)) this.#explain(batch, i, packet);
    const whole = form.measure(batch, i);
    const captured = Math.min(whole, MAX_PACKET_BYTES);
    if (captured < whole) this.cutPackets++;
    const originalLength = Math.min(form.originalLength(batch, i, whole), MAX_U32);
    // The whole packet first: the rest of the block overwrites what is after the cut.
    this.#output.reserve(enhancedPacketBytes(whole, options.length));
    form.write(batch, i, this.#output, this.#output.length + EPB_HEADER_BYTES, whole);
    const optionsAt = this.#begin(batch, i, interfaceId, captured, originalLength, options);
    const { bytes } = this.#output;
    copyBytes(options, 0, options.length, bytes, optionsAt);
    const offset = batch.payloadOffset[i]!;
    const reception = receptionOf(batch.framing[i]!, batch.arena, offset, batch.payloadLength[i]!);
    if (reception !== TO_UNKNOWN) {
      bytes[optionsAt + FLAGS_VALUE_OFFSET]! |=
        reception === TO_BROADCAST ? EPB_FLAGS_BROADCAST : EPB_FLAGS_MULTICAST;
    }
    this.#end(interfaceId, captured, options.length);
    this.#times.include(batch.timestampHigh[i]!, batch.timestampLow[i]!);
  }

  /**
   * Writes a packet that explains drop `i`, before the drop and with its time, on the interface without an input
   * device.
   */
  #explain(batch: DropBatch, i: number, packet: Uint8Array): void {
    const interfaceId = this.#interfaces.add(
      {
        name: DROPMON_INTERFACE,
        linkType: this.#form.linkTypeOf(batch.framing[i]!),
        description: 'messages that explain those of the drops',
      },
      this.#onNewInterface,
    );
    this.#begin(batch, i, interfaceId, packet.length, packet.length, NO_OPTIONS);
    copyBytes(packet, 0, packet.length, this.#output.bytes, this.#output.length + EPB_HEADER_BYTES);
    this.#end(interfaceId, packet.length, 0);
  }

  /** Makes room for a block at the output's end and writes its frame. Returns the offset of the block's options. */
  #begin(
    batch: DropBatch,
    i: number,
    interfaceId: number,
    captured: number,
    originalLength: number,
    options: Uint8Array,
  ): number {
    const output = this.#output;
    output.reserve(enhancedPacketBytes(captured, options.length));
    const [high, low] = [batch.timestampHigh[i]!, batch.timestampLow[i]!];
    const nano = this.#precision === 'nano';
    return writeEnhancedPacketFrame(
      output.view,
      output.length,
      interfaceId,
      nano ? high : microsecondsHigh(high),
      nano ? low : microsecondsLow(high, low),
      captured,
      originalLength,
      options.length,
    );
  }

  #end(interfaceId: number, captured: number, optionBytes: number): void {
    this.#output.length += enhancedPacketBytes(captured, optionBytes);
    this.#interfaces.packets[interfaceId]!++;
  }

  #annotate(batch: DropBatch, i: number): Annotation {
    const options = new OptionWriter()
      .u32(EPB_FLAGS, batch.kindOf(i).ifindex === undefined ? 0 : EPB_FLAGS_INBOUND)
      .text(OPT_COMMENT, buildComment(describeDrop(batch, i, this.#options)));
    const interfaceId = this.#interfaces.resolve(batch, i, this.#form, this.#onNewInterface);
    const bytes = new Uint8Array(options.finish());
    return { interfaceId, options: bytes };
  }
}

/**
 * The options with the counts that are not 0 added before opt_endofopt, their last option: epb_dropcount, and a second
 * comment for the equal drops that were left out.
 */
function withCounts(options: Uint8Array, lost: number, repeated: number): Uint8Array {
  const more = new OptionWriter();
  if (lost !== 0) more.u64(EPB_DROPCOUNT, BigInt(lost));
  if (repeated !== 0) more.text(OPT_COMMENT, buildRepeatedComment(repeated));
  return Buffer.concat([options.subarray(0, options.length - END_OF_OPTIONS_BYTES), more.finish()]);
}

function bigintOf(value: number | undefined): bigint | undefined {
  return value === undefined ? undefined : BigInt(value);
}

/** Nanoseconds since 1970 UTC. */
function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

/** Wireshark shows the description beside isb_ifdrop, and isb_osdrop nowhere: so the text has both. */
function lossesText({ queueDrops, overruns }: LossCounters): string {
  const counter = (value: number | undefined, words: string) =>
    value === undefined ? `${words} not known` : `${value} ${words}`;
  return `losses while this file was captured: ${counter(queueDrops, 'queue drops')}, ${counter(overruns, 'overruns')}`;
}
