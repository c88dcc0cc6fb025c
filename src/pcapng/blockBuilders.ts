import { viewOf } from '../bytes.js';
import { NANOSECONDS_PER_UNIT, type TimePrecision } from '../pcap/timePrecision.js';
import {
  BLOCK_FRAME_BYTES,
  BLOCK_INTERFACE_DESCRIPTION,
  BLOCK_INTERFACE_STATISTICS,
  BLOCK_SECTION_HEADER,
  BYTE_ORDER_MAGIC,
  IF_DESCRIPTION,
  IF_FILTER,
  IF_FILTER_TEXT,
  IF_HARDWARE,
  IF_MACADDR,
  IF_NAME,
  IF_OS,
  IF_SPEED,
  IF_TSRESOL,
  ISB_ENDTIME,
  ISB_IFDROP,
  ISB_OSDROP,
  ISB_STARTTIME,
  ISB_USRDELIV,
  OPT_COMMENT,
  SHB_HARDWARE,
  SHB_OS,
  SHB_USERAPPL,
  TSRESOL_MICROSECONDS,
  TSRESOL_NANOSECONDS,
} from './constants.js';
import { OptionWriter } from './optionWriter.js';

/** Options of a section header: the host, the kernel and the program that made the section. Undefined is left out. */
export interface SectionHeader {
  readonly hardware?: string | undefined;
  readonly os?: string | undefined;
  readonly application?: string | undefined;
  readonly comments?: readonly string[] | undefined;
}

/** An interface of a section. */
export interface InterfaceDescription {
  readonly linkType: number;
  /** Most bytes of a packet. */
  readonly snapLength: number;
  readonly name: string;
  readonly description?: string | undefined;
  /** The filter expression that chose the packets, up to MAX_FILTER_BYTES. */
  readonly filter?: string | undefined;
  readonly os?: string | undefined;
  readonly hardware?: string | undefined;
  /** 6 bytes. */
  readonly macAddress?: Uint8Array | undefined;
  /** Bits a second. */
  readonly speed?: bigint | undefined;
  /** Unit of the interface's time stamps; nanoseconds by default. */
  readonly precision?: TimePrecision | undefined;
}

/** Counters of an interface, in packets, from the start of the capture to `timestampNs`. Undefined is left out. */
export interface InterfaceStatistics {
  readonly interfaceId: number;
  readonly timestampNs: bigint;
  readonly startNs?: bigint | undefined;
  readonly endNs?: bigint | undefined;
  readonly droppedByInterface?: bigint | undefined;
  readonly droppedByOs?: bigint | undefined;
  readonly delivered?: bigint | undefined;
  /** Unit of the interface's time stamps; nanoseconds by default. */
  readonly precision?: TimePrecision | undefined;
}

/**
 * Builds a section header block, little-endian, with unknown section length.
 *
 *     offset size name
 *     8      4    byte-order magic
 *     12     4    version            major 1, minor 0, 16 bits each
 *     16     8    section length     -1: unknown
 *     24     ...  options
 */
export function buildSectionHeader(section: SectionHeader): Uint8Array {
  const fixed = new Uint8Array(16);
  const view = viewOf(fixed);
  view.setUint32(0, BYTE_ORDER_MAGIC, true);
  view.setUint16(4, 1, true);
  view.setBigInt64(8, -1n, true);
  const options = new OptionWriter();
  for (const comment of section.comments ?? []) options.text(OPT_COMMENT, comment);
  options
    .text(SHB_HARDWARE, section.hardware)
    .text(SHB_OS, section.os)
    .text(SHB_USERAPPL, section.application);
  return buildBlock(BLOCK_SECTION_HEADER, fixed, options);
}

/**
 * Builds an interface description block, little-endian. All interfaces must have the same snap length: otherwise libpcap
 * does not read the file. The longest option, the description or the filter, must be the first option: pcap-ng-parser 1.0.0
 * reads an option's length as eight times its value, and throws when the option then ends just before the block's end.
 *
 *     offset size name
 *     8      2    link type
 *     10     2    reserved       0
 *     12     4    snap length    most bytes of a packet
 *     16     ...  options
 */
export function buildInterfaceDescription(description: InterfaceDescription): Uint8Array {
  const fixed = new Uint8Array(8);
  const view = viewOf(fixed);
  view.setUint16(0, description.linkType, true);
  view.setUint32(4, description.snapLength, true);
  const texts: [code: number, value: Buffer][] = [
    [IF_DESCRIPTION, Buffer.from(description.description ?? '', 'utf8')],
  ];
  if (description.filter !== undefined)
    texts.push([
      IF_FILTER,
      Buffer.concat([Uint8Array.of(IF_FILTER_TEXT), Buffer.from(description.filter, 'utf8')]),
    ]);
  texts.sort(([, one], [, other]) => other.length - one.length);
  const options = new OptionWriter();
  for (const [code, value] of texts) if (value.length > 0) options.bytes(code, value);
  options
    .text(IF_NAME, description.name)
    .u8(IF_TSRESOL, description.precision === 'micro' ? TSRESOL_MICROSECONDS : TSRESOL_NANOSECONDS)
    .text(IF_OS, description.os)
    .text(IF_HARDWARE, description.hardware);
  if (description.macAddress) options.bytes(IF_MACADDR, description.macAddress);
  if (description.speed !== undefined) options.u64(IF_SPEED, description.speed);
  return buildBlock(BLOCK_INTERFACE_DESCRIPTION, fixed, options);
}

/**
 * Builds an interface statistics block, little-endian.
 *
 *     offset size name
 *     8      4    interface id
 *     12     4    time stamp, high 32 bits    in the unit of the interface
 *     16     4    time stamp, low 32 bits
 *     20     ...  options
 */
export function buildInterfaceStatistics(statistics: InterfaceStatistics): Uint8Array {
  const fixed = new Uint8Array(12);
  const view = viewOf(fixed);
  view.setUint32(0, statistics.interfaceId, true);
  const unit = BigInt(NANOSECONDS_PER_UNIT[statistics.precision ?? 'nano']);
  const time = statistics.timestampNs / unit;
  view.setUint32(4, Number(time >> 32n), true);
  view.setUint32(8, Number(time & 0xffffffffn), true);
  const options = new OptionWriter();
  if (statistics.startNs !== undefined) options.timestamp(ISB_STARTTIME, statistics.startNs / unit);
  if (statistics.endNs !== undefined) options.timestamp(ISB_ENDTIME, statistics.endNs / unit);
  const counters = [
    [ISB_IFDROP, statistics.droppedByInterface],
    [ISB_OSDROP, statistics.droppedByOs],
    [ISB_USRDELIV, statistics.delivered],
  ] as const;
  for (const [code, value] of counters) if (value !== undefined) options.u64(code, value);
  return buildBlock(BLOCK_INTERFACE_STATISTICS, fixed, options);
}

function buildBlock(type: number, fixed: Uint8Array, options: OptionWriter): Uint8Array {
  const optionBytes = options.finish();
  const length = BLOCK_FRAME_BYTES + fixed.length + optionBytes.length;
  const block = new Uint8Array(length);
  const view = viewOf(block);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  block.set(fixed, 8);
  block.set(optionBytes, 8 + fixed.length);
  view.setUint32(length - 4, length, true);
  return block;
}
