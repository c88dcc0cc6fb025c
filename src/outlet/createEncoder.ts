import { machine, release, type, version } from 'node:os';
import { loadHotPath } from '../binding/load.js';
import type { CaptureFacts } from '../drop/captureFacts.js';
import type { DeviceTable } from '../drop/device.js';
import { unreachable } from '../drop/origin.js';
import type { DescribeOptions } from '../encode/describeDrop.js';
import { SLL2_FORM, SLL_FORM } from '../encode/cookedForm.js';
import type { BatchEncoder } from '../encode/encoder.js';
import { FRAMED_FORM } from '../encode/framedForm.js';
import { JsonEncoder } from '../encode/jsonEncoder.js';
import { LineEncoder, type PacketDump } from '../encode/lineEncoder.js';
import type { TimeStyle } from '../encode/lineTime.js';
import { NetlinkForm } from '../encode/netlinkForm.js';
import type { PacketForm } from '../encode/packetForm.js';
import { PcapEncoder } from '../encode/pcapEncoder.js';
import { PcapngEncoder } from '../encode/pcapngEncoder.js';
import type { TimePrecision } from '../pcap/timePrecision.js';
import type { SectionHeader } from '../pcapng/blockBuilders.js';
import { MAX_FILTER_BYTES } from '../pcapng/constants.js';
import { VERSION } from '../version.js';

/** Most comments of a section: a file that is converted many times must not grow. */
const MAX_COMMENTS = 16;

/** An encoder's output: capture files, JSON with one object a line (docs/drop.schema.json), or lines for people. */
export type OutputFormat = 'pcapng' | 'pcap' | 'json' | 'text';

/** Facts that an encoder needs about the drops' source. Every DropSource has these members. */
export interface EncoderSource {
  /** True for a running kernel; false for a file. */
  readonly live: boolean;
  readonly devices: DeviceTable;
  /** Release of the kernel that dropped the packets; undefined while unknown. */
  readonly kernelRelease: string | undefined;
  /** What a file says about its capture; undefined for a running kernel. */
  readonly recorded?: CaptureFacts | undefined;
  /** Id that generic netlink gave the NET_DM family on that host; undefined while unknown. */
  readonly familyId: number | undefined;
}

/**
 * The link type of all packets of a capture file: NETLINK (the kernel's own messages), LINUX_SLL2 (packets after a
 * cooked header) or LINUX_SLL (the older cooked header, without the input device). By default each packet has its own
 * link type, which only pcapng can hold.
 */
export type LinkTypeName = 'NETLINK' | 'LINUX_SLL2' | 'LINUX_SLL';

/** Options of an encoder. */
export interface EncoderOptions extends DescribeOptions {
  /** Link type of all packets, for pcapng and pcap. */
  readonly linkType?: LinkTypeName | undefined;
  /**
   * Most bytes of a drop's payload, for the snap length of pcapng and pcap files; by default the longest packet that readers
   * take. The encoder does not cut payloads: `truncatePayloads` does.
   */
  readonly snapLength?: number | undefined;
  /** The expression that chose the drops (`compileFilter`), for pcapng. A file's own expression is kept with it. */
  readonly filter?: string | undefined;
  /** Unit of the time stamps, for pcapng and pcap; nanoseconds by default. Microseconds round down. */
  readonly precision?: TimePrecision | undefined;
  /** Comment about the whole capture, for pcapng. */
  readonly comment?: string | undefined;
  /** For text: write all known facts on further lines, and the packet's bytes unless `dump` says how to. */
  readonly verbose?: boolean | undefined;
  /** For text: how lines show the time. Default: the local time of day, and the date when another day begins. */
  readonly timeStyle?: TimeStyle | undefined;
  /** For text: number the lines. */
  readonly numbered?: boolean | undefined;
  /** For text: describe each packet's link-level header too, as tcpdump's -e does. */
  readonly linkHeader?: boolean | undefined;
  /** For text: write each packet's bytes on further lines. */
  readonly dump?: PacketDump | undefined;
}

/**
 * Creates an encoder for a format. One encoder serves one output.
 * @throws UsageError for pcap without a link type: a pcap file has only one
 */
export function createEncoder(
  format: OutputFormat,
  source: EncoderSource,
  options: EncoderOptions = {},
): BatchEncoder {
  switch (format) {
    case 'pcapng':
      return createPcapngEncoder(source, options);
    case 'pcap':
      return new PcapEncoder(formOf(source, options), options.precision ?? 'nano', options.snapLength);
    case 'json':
      return new JsonEncoder(options);
    case 'text':
      return new LineEncoder(options);
  }
  return unreachable(format);
}

function createPcapngEncoder(source: EncoderSource, options: EncoderOptions): PcapngEncoder {
  return new PcapngEncoder({
    section: sectionOf(source, options),
    origin: source,
    live: source.live,
    recorded: () => source.recorded,
    form: formOf(source, options),
    precision: options.precision,
    snapLength: options.snapLength,
    filter: () => bothFilters(source.recorded?.filter, options.filter),
    symbols: options.symbols,
    omitAddresses: options.omitAddresses,
    hotPath: loadHotPath(),
  });
}

/**
 * The section header for a source. A live capture's names this host, its operating system and this program. A file's
 * names the host that the file names, and in a comment also the program that wrote the file.
 */
function sectionOf({ live, recorded }: EncoderSource, { comment }: EncoderOptions): SectionHeader {
  const application = `dropcap ${VERSION}`;
  const given = comment === undefined ? [] : [comment];
  if (live) {
    const os = `${type()} ${release()} ${version()}`;
    return { hardware: machine(), os, application, comments: given };
  }
  const { hardware, os, application: writer, comments = [] } = recorded ?? {};
  const history = writer && writer !== application ? [`${application} converted a file of ${writer}`] : [];
  // A set: a file that is converted twice does not say it twice.
  const all = [...new Set([...given, ...history, ...comments])].slice(0, MAX_COMMENTS);
  return { hardware, os, application, comments: all };
}

/** The expression for drops that two expressions chose one after the other. Undefined when it is too long for a file. */
function bothFilters(first: string | undefined, second: string | undefined): string | undefined {
  const both = first === undefined || second === undefined ? (first ?? second) : `(${first}) and (${second})`;
  return both !== undefined && Buffer.byteLength(both) <= MAX_FILTER_BYTES ? both : undefined;
}

function formOf(source: EncoderSource, options: EncoderOptions): PacketForm {
  if (options.linkType === undefined) return FRAMED_FORM;
  if (options.linkType === 'LINUX_SLL2') return SLL2_FORM;
  if (options.linkType === 'LINUX_SLL') return SLL_FORM;
  return new NetlinkForm({
    devices: source.devices,
    familyId: () => source.familyId,
    omitAddresses: options.omitAddresses ?? false,
  });
}
