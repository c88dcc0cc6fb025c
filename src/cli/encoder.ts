import { createPcapEncoder, createPcapngEncoder } from '../encode/createEncoder.js';
import type { BatchEncoder } from '../encode/encoder.js';
import { JsonEncoder } from '../encode/jsonEncoder.js';
import { LineEncoder } from '../encode/lineEncoder.js';
import { UsageError } from '../errors.js';
import type { DropSource } from '../source/source.js';
import type { SymbolLookup } from '../symbols/symbolLookup.js';
import type { CliOptions } from './options.js';

/** The encoder that the options ask for: without -w, lines for people or JSON. */
export function createEncoder(source: DropSource, symbols: SymbolLookup, options: CliOptions): BatchEncoder {
  const describe = { symbols, omitAddresses: !options.pc };
  if (options.json) return new JsonEncoder(describe);
  if (options.write === undefined) return new LineEncoder({ ...describe, verbose: options.verbose });
  const file = { ...describe, linkType: options.linktype };
  return options.format === 'pcap' ? createPcapEncoder(source, file) : createPcapngEncoder(source, file);
}

/** @throws UsageError for options that contradict one another */
export function checkFormat(options: CliOptions): void {
  const { json, write, format, linktype } = options;
  if (!json && write === undefined) {
    if (linktype !== undefined) throw new UsageError('-y goes with -w: it is about capture files');
    if (format === 'pcap') throw new UsageError('--format goes with -w: it is about capture files');
  }
  if (json && (linktype !== undefined || format === 'pcap')) {
    throw new UsageError('--json is a format of its own: it goes with neither -y nor --format');
  }
  if (format === 'pcap' && linktype === undefined) {
    throw new UsageError(
      'a pcap file has one link type, and drops have several ' +
        '(-y NETLINK keeps all that the kernel said, -y LINUX_SLL2 only the packets; or write pcapng)',
    );
  }
}
