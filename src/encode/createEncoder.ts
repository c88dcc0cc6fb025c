import { machine, release, type, version } from 'node:os';
import type { DeviceTable } from '../drop/device.js';
import { VERSION } from '../version.js';
import type { DescribeOptions } from './describeDrop.js';
import type { BatchEncoder } from './encoder.js';
import { FRAMED_FORM } from './framedForm.js';
import { NetlinkForm } from './netlinkForm.js';
import type { PacketForm } from './packetForm.js';
import { PcapEncoder } from './pcapEncoder.js';
import { PcapngEncoder } from './pcapngEncoder.js';
import { SLL2_FORM } from './sll2Form.js';

/** What a source tells of itself to whoever writes its drops down. A DropSource is one. */
export interface DropOrigins {
  /** Whether it is a running kernel, and no file. */
  readonly live: boolean;
  readonly devices: DeviceTable;
  /** Release of the kernel that dropped the packets; undefined while not known. */
  readonly kernelRelease: string | undefined;
  /** Number that generic netlink gave the NET_DM family on that host; undefined while not known. */
  readonly familyId: number | undefined;
}

/**
 * The link type of all packets of a file: NETLINK, the kernel's own messages, or LINUX_SLL2, packets behind a cooked
 * header. By default each packet has its own.
 */
export type LinkTypeName = 'NETLINK' | 'LINUX_SLL2';

/** How a capture file is to be written. */
export interface CaptureFileOptions extends DescribeOptions {
  readonly linkType?: LinkTypeName | undefined;
}

/** How a pcapng file is to be written. */
export interface CreatePcapngEncoderOptions extends CaptureFileOptions {
  /** About the capture as a whole, for whoever opens the file. */
  readonly comment?: string | undefined;
}

/** A pcapng encoder whose section names this host, its system and this program. */
export function createPcapngEncoder(
  source: DropOrigins,
  options: CreatePcapngEncoderOptions = {},
): BatchEncoder {
  return new PcapngEncoder({
    section: {
      hardware: machine(),
      os: `${type()} ${release()} ${version()}`,
      application: `dropcap ${VERSION}`,
      comment: options.comment,
    },
    origin: source,
    live: source.live,
    form: formOf(source, options),
    symbols: options.symbols,
    omitAddresses: options.omitAddresses,
  });
}

/** A classic pcap encoder. @throws UsageError without a link type: the file can have only one. */
export function createPcapEncoder(source: DropOrigins, options: CaptureFileOptions = {}): BatchEncoder {
  return new PcapEncoder(formOf(source, options));
}

function formOf(source: DropOrigins, options: CaptureFileOptions): PacketForm {
  if (options.linkType === undefined) return FRAMED_FORM;
  if (options.linkType === 'LINUX_SLL2') return SLL2_FORM;
  return new NetlinkForm({
    devices: source.devices,
    familyId: () => source.familyId,
    omitAddresses: options.omitAddresses ?? false,
  });
}
