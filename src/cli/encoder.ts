import type { BatchEncoder } from '../encode/encoder.js';
import { UsageError } from '../errors.js';
import { createEncoder, type OutputFormat } from '../outlet/createEncoder.js';
import type { DropSource } from '../source/source.js';
import type { SymbolLookup } from '../symbols/symbolLookup.js';
import type { CliOptions } from './options.js';

/** The styles for the number of -t's. */
const TIME_STYLES = ['time', 'none', 'epoch', 'delta', 'date', 'elapsed'] as const;

/** The encoder for the options. Without -w: lines for people, or JSON. */
export function encoderFor(source: DropSource, symbols: SymbolLookup, options: CliOptions): BatchEncoder {
  return createEncoder(formatOf(options), source, {
    symbols,
    omitAddresses: !options.pc,
    linkType: options.linktype,
    precision: options.micro ? 'micro' : 'nano',
    verbose: options.verbose,
    timeStyle: TIME_STYLES[options.t ?? 0],
    numbered: options.number,
  });
}

/** The format for the options. */
export function formatOf({ json, write, format }: CliOptions): OutputFormat {
  if (json) return 'json';
  return write === undefined ? 'text' : format;
}

/** @throws UsageError for options that contradict one another */
export function checkFormat(options: CliOptions): void {
  const { json, write, format, linktype } = options;
  if (json || write !== undefined) {
    if (options.t !== undefined)
      throw new UsageError('-t is about printed lines: it goes with neither -w nor --json');
    if (options.number) throw new UsageError('-# numbers printed lines: it goes with neither -w nor --json');
  }
  if (options.t !== undefined && options.t >= TIME_STYLES.length) {
    throw new UsageError(`-t may be given up to ${TIME_STYLES.length - 1} times`);
  }
  if (!json && write === undefined) {
    if (linktype !== undefined) throw new UsageError('-y goes with -w: it is about capture files');
    if (format === 'pcap') throw new UsageError('--format goes with -w: it is about capture files');
  }
  if ((options.micro || options.nano) && (json || write === undefined)) {
    throw new UsageError('--micro and --nano go with -w and without --json: they are about capture files');
  }
  if (json && (linktype !== undefined || format === 'pcap')) {
    throw new UsageError('--json is a format of its own: it goes with neither -y nor --format');
  }
  if (format === 'pcap' && linktype === undefined) {
    throw new UsageError(
      'a pcap file has one link type, and drops have several ' +
        '(-y NETLINK keeps all facts of the drops, -y LINUX_SLL2 only the packets; or write pcapng)',
    );
  }
}
