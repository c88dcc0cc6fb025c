import { machine, release, type, version } from 'node:os';
import { VERSION } from '../version.js';
import type { DeviceTable } from '../device.js';
import type { SymbolLookup } from '../symbols/symbolLookup.js';
import type { BatchEncoder } from './encoder.js';
import { PcapngEncoder } from './pcapngEncoder.js';

/** What a source tells of itself to whoever writes its drops down. A DropSource is one. */
export interface DropOrigins {
  readonly devices: DeviceTable;
  /** Release of the kernel that dropped the packets; undefined when not known (a recording's). */
  readonly kernelRelease: string | undefined;
}

/** What a pcapng encoder of this host may be told beside the source. */
export interface CreatePcapngEncoderOptions {
  /** About the capture as a whole, for whoever opens the file. */
  readonly comment?: string | undefined;
  /** Names for program counters; by default the kernel's own texts are used. */
  readonly symbols?: SymbolLookup | undefined;
  /** Leave program counters out of the file: they tell where this kernel was loaded. */
  readonly omitAddresses?: boolean | undefined;
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
    interfaceOs: source.kernelRelease === undefined ? undefined : `Linux ${source.kernelRelease}`,
    devices: source.devices,
    live: source.kernelRelease !== undefined,
    symbols: options.symbols,
    omitAddresses: options.omitAddresses,
  });
}
