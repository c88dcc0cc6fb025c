import { machine, release, type, version } from 'node:os';
import { VERSION } from '../version.js';
import type { DeviceTable } from '../device.js';
import type { BatchEncoder } from './encoder.js';
import { PcapngEncoder } from './pcapngEncoder.js';

/** What a source tells of itself to whoever writes its drops down. A DropSource is one. */
export interface DropOrigins {
  readonly devices: DeviceTable;
  /** Release of the kernel that dropped the packets; undefined when not known (a recording's). */
  readonly kernelRelease: string | undefined;
}

/**
 * A pcapng encoder whose section names this host, its system and this program.
 * @param comment about the capture as a whole, for whoever opens the file.
 */
export function createPcapngEncoder(source: DropOrigins, comment?: string): BatchEncoder {
  return new PcapngEncoder({
    section: {
      hardware: machine(),
      os: `${type()} ${release()} ${version()}`,
      application: `dropcap ${VERSION}`,
      comment,
    },
    interfaceOs: source.kernelRelease === undefined ? undefined : `Linux ${source.kernelRelease}`,
    devices: source.devices,
    live: source.kernelRelease !== undefined,
  });
}
