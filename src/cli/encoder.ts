import type { BatchEncoder } from '../encode/encoder.js';
import { UsageError } from '../errors.js';
import { createEncoder, type EncoderSource, type OutputFormat } from '../outlet/createEncoder.js';
import type { PacketDump } from '../encode/lineEncoder.js';
import type { SymbolLookup } from '../symbols/symbolLookup.js';
import { lineOptions } from './lineOptions.js';
import type { CliOptions } from './options.js';

/** The styles for the number of -t's. */
const TIME_STYLES = ['time', 'none', 'epoch', 'delta', 'date', 'elapsed'] as const;

/** The encoder of an output. */
export function encoderFor(
  format: OutputFormat,
  source: EncoderSource,
  symbols: SymbolLookup,
  options: CliOptions,
  filter: string | undefined,
  comment?: string,
): BatchEncoder {
  return createEncoder(format, source, {
    symbols,
    omitAddresses: !options.pc,
    linkType: format === 'text' ? undefined : options.linktype,
    precision: options.micro ? 'micro' : 'nano',
    // 0: whole packets.
    snapLength: options.snapshotLength || undefined,
    filter,
    comment,
    verbose: options.verbose,
    timeStyle: TIME_STYLES[options.t ?? 0],
    numbered: options.number,
    linkHeader: options.e,
    dump: dumpOf(options),
  });
}

/** How lines show the packets' bytes. Of several options tcpdump obeys -X before -x, and -x before -A. */
function dumpOf(options: CliOptions): PacketDump | undefined {
  for (const [times, form] of [
    [options.X, 'hexAscii'],
    [options.x, 'hex'],
    [options.A, 'ascii'],
  ] as const) {
    if (times !== undefined) return { form, linkHeader: times > 1 };
  }
  return undefined;
}

/** The format of the first output. Without -w: lines for people, or JSON. */
export function formatOf({ json, write, format }: CliOptions): OutputFormat {
  if (json) return 'json';
  return write === undefined ? 'text' : format;
}

/** @throws UsageError for options that contradict one another */
export function checkFormat(options: CliOptions): void {
  const { json, write, format, linktype } = options;
  if (json && write === undefined && options.print) {
    throw new UsageError('--print prints lines, and --json prints JSON (give one of them, or -w FILE)');
  }
  if ((json || write !== undefined) && !options.print) {
    for (const [name, value] of lineOptions(options)) {
      if (value === undefined) continue;
      throw new UsageError(
        `${name} is about printed lines: it goes with --json and -w only if --print is given`,
      );
    }
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
