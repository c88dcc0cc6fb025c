import { copyBytes } from '../bytes.js';
import type { DeviceTable } from '../device.js';
import type { DropBatch } from '../drop.js';
import { LINKTYPE_ETHERNET } from '../linktype/constants.js';
import { copyFramed } from '../linktype/convert.js';
import { FRAMING_ETHERNET, FRAMINGS } from '../linktype/framing.js';
import { DEVICE_TYPE_UNKNOWN, resolveFraming } from '../linktype/resolve.js';
import { buildInterfaceStatistics, buildSectionHeader, type SectionHeader } from '../pcapng/blockBuilders.js';
import {
  EPB_FLAGS,
  EPB_FLAGS_BROADCAST,
  EPB_FLAGS_INBOUND,
  EPB_FLAGS_MULTICAST,
  OPT_COMMENT,
} from '../pcapng/constants.js';
import { enhancedPacketBytes, EPB_HEADER_BYTES, writeEnhancedPacketFrame } from '../pcapng/enhancedPacket.js';
import { OptionWriter } from '../pcapng/optionWriter.js';
import { NO_SYMBOLS, type SymbolLookup } from '../symbols/symbolLookup.js';
import { type Annotation, AnnotationCache } from './annotationCache.js';
import { buildComment, withoutAddresses } from './comment.js';
import type { BatchEncoder, LossCounters } from './encoder.js';
import { resolveInterfaceName } from './interfaceName.js';
import { DROPMON_INTERFACE, InterfaceTable } from './interfaceTable.js';
import { OutputBuffer } from './outputBuffer.js';
import { TimeRange } from './timeRange.js';

const MAX_U32 = 0xffffffff;
/** Where the value of epb_flags stands in a packet's options: the first option, behind its code and length. */
const FLAGS_VALUE_OFFSET = 4;

/** What a pcapng encoder needs to know. */
export interface PcapngEncoderOptions {
  /** What the section says of host, system and program. */
  readonly section: SectionHeader;
  /** Kernel release, for the interfaces; left out when unknown (a recording's). */
  readonly interfaceOs?: string | undefined;
  /** Names and types of devices, which may come to be known during the capture. */
  readonly devices: DeviceTable;
  /** Names for program counters; where they know none, and by default, the kernel's own text is used. */
  readonly symbols?: SymbolLookup | undefined;
  /** Leave program counters out. */
  readonly omitAddresses?: boolean | undefined;
  /**
   * Whether the capture's beginning and end, in the statistics at the end, are the times of `header()` and `trailer()`,
   * or those of the first and the last drop (of a recording).
   */
  readonly live: boolean;
}

/**
 * Encodes drops as pcapng: one section, an interface for each input device and link type, an enhanced packet block
 * a drop with the kernel's time stamp, flags and a comment that holds the metadata, and interface statistics at
 * the end. docs/output-format.md describes the result.
 */
export class PcapngEncoder implements BatchEncoder {
  readonly #options: PcapngEncoderOptions;
  readonly #output = new OutputBuffer();
  readonly #annotations = new AnnotationCache();
  readonly #interfaces: InterfaceTable;
  readonly #symbols: SymbolLookup;
  #packets: number[] = [];
  #startNs = 0n;
  readonly #times = new TimeRange();
  /** The batch that is being encoded: the annotation builder, which is made once, needs it. */
  #batch: DropBatch | undefined;
  readonly #describe = (block: Uint8Array): void => {
    this.#output.append(block);
    this.#packets.push(0);
  };
  readonly #build = (i: number, framing: number): Annotation => this.#annotate(this.#batch!, i, framing);

  constructor(options: PcapngEncoderOptions) {
    this.#options = options;
    this.#symbols = options.symbols ?? NO_SYMBOLS;
    this.#interfaces = new InterfaceTable(options.devices, options.interfaceOs);
  }

  header(): Uint8Array {
    this.#annotations.clear();
    this.#interfaces.clear();
    this.#packets = [];
    this.#startNs = now();
    this.#times.clear();
    return buildSectionHeader(this.#options.section);
  }

  encode(batch: DropBatch): Uint8Array {
    this.#output.swap();
    this.#batch = batch;
    for (let i = 0; i < batch.length; i++) this.#encodeDrop(batch, i);
    this.#batch = undefined;
    return this.#output.written();
  }

  trailer(losses: LossCounters): Uint8Array {
    this.#output.swap();
    const end = this.#options.live ? now() : this.#times.last;
    const start = this.#options.live ? this.#startNs : this.#times.first;
    const times = { timestampNs: end, startNs: start, endNs: end };
    // Losses are of no single device: they stand on an interface of their own, of a link type that the file has.
    const lossesId = this.#interfaces.add(
      DROPMON_INTERFACE,
      this.#interfaces.firstLinkType ?? LINKTYPE_ETHERNET,
      'losses of the whole capture: isb_ifdrop queue drops, isb_osdrop overruns',
      this.#describe,
    );
    for (let id = 0; id < this.#interfaces.count; id++) {
      const packets = BigInt(this.#packets[id]!);
      const counters =
        id === lossesId
          ? { droppedByInterface: BigInt(losses.queueDrops), droppedByOs: BigInt(losses.overruns) }
          : { received: packets, delivered: packets };
      this.#output.append(buildInterfaceStatistics({ interfaceId: id, ...times, ...counters }));
    }
    return this.#output.written();
  }

  #encodeDrop(batch: DropBatch, i: number): void {
    const { arena } = batch;
    const littleEndian = batch.littleEndian[i] === 1;
    const offset = batch.payloadOffset[i]!;
    const length = batch.payloadLength[i]!;
    const originalLength = batch.originalLength[i]!;
    const protocol = batch.protocol[i]!;
    const { devices } = this.#options;
    const deviceType = devices.get(batch.ifindex[i]!)?.type ?? DEVICE_TYPE_UNKNOWN;
    const framing = resolveFraming(arena, offset, length, protocol, originalLength, deviceType, littleEndian);
    const namesVersion = devices.version + this.#symbols.version;
    const annotation = this.#annotations.get(batch, i, framing, namesVersion, this.#build);
    const { options } = annotation;
    const { lengthChange } = FRAMINGS[framing]!;
    const captured = length + lengthChange;
    const total = enhancedPacketBytes(captured, options.length);

    const output = this.#output;
    output.reserve(total);
    const { bytes, view, length: at } = output;
    const optionsAt = writeEnhancedPacketFrame(
      view,
      at,
      annotation.interfaceId,
      batch.timestampHigh[i]!,
      batch.timestampLow[i]!,
      captured,
      Math.min(originalLength + lengthChange, MAX_U32),
      options.length,
    );
    copyFramed(
      framing,
      arena,
      offset,
      length,
      protocol,
      deviceType,
      littleEndian,
      bytes,
      at + EPB_HEADER_BYTES,
    );
    copyBytes(options, 0, options.length, bytes, optionsAt);
    if (framing === FRAMING_ETHERNET && length > 0 && (arena[offset]! & 1) !== 0) {
      bytes[optionsAt + FLAGS_VALUE_OFFSET]! |= isBroadcast(arena, offset, length)
        ? EPB_FLAGS_BROADCAST
        : EPB_FLAGS_MULTICAST;
    }
    output.length = at + total;
    this.#packets[annotation.interfaceId]!++;
    this.#times.include(batch.timestampHigh[i]!, batch.timestampLow[i]!);
  }

  #annotate(batch: DropBatch, i: number, framing: number): Annotation {
    const record = batch.record(i);
    const ifindex = record.ifindex ?? 0;
    const { name } = resolveInterfaceName(this.#options.devices, ifindex, record.interfaceName, framing);
    const place = this.#symbols.resolve(batch.pcHigh[i]!, batch.pcLow[i]!, record.symbol);
    const fields = this.#options.omitAddresses ? withoutAddresses(record) : record;
    const options = new OptionWriter()
      .u32(EPB_FLAGS, ifindex === 0 ? 0 : EPB_FLAGS_INBOUND)
      .text(OPT_COMMENT, buildComment({ ...fields, interfaceName: name }, place));
    return {
      interfaceId: this.#interfaces.resolve(ifindex, framing, record.interfaceName, this.#describe),
      options: options.finish(),
    };
  }
}

/** Nanoseconds since 1970 UTC. */
function now(): bigint {
  return BigInt(Date.now()) * 1_000_000n;
}

/** Whether the destination address is broadcast; bytes that truncation took do not speak against it. */
function isBroadcast(arena: Uint8Array, offset: number, length: number): boolean {
  for (let i = 0; i < Math.min(length, 6); i++) if (arena[offset + i] !== 0xff) return false;
  return true;
}
