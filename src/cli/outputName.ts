import { extname } from 'node:path';
import { UsageError } from '../errors.js';
import type { OutputFormat } from '../outlet/createEncoder.js';

const COMPRESSED: ReadonlyMap<string, string> = new Map([
  ['.gz', 'gzip'],
  ['.zst', 'zstd'],
  ['.xz', 'xz'],
  ['.lz4', 'lz4'],
  ['.bz2', 'bzip2'],
]);
const OF_JSON: ReadonlySet<string> = new Set(['.json', '.jsonl', '.ndjson']);
const OF_PCAP: ReadonlySet<string> = new Set(['.pcap', '.cap']);
const OF_PCAPNG = '.pcapng';

/**
 * Compares the name of an output with the format that is written. Returns a notice when the name promises the other
 * format of captures, which most programs tell by the content.
 * @throws UsageError when no program could use the file under this name
 */
export function checkOutputName(path: string, format: OutputFormat): string | undefined {
  const extension = extname(path).toLowerCase();
  const isCapture = OF_PCAP.has(extension) || extension === OF_PCAPNG;
  const compressor = COMPRESSED.get(extension);
  if (compressor !== undefined) {
    const advice =
      compressor === 'gzip' || compressor === 'zstd'
        ? `--compress ${compressor} compresses the complete file, and adds ${extension} to its name`
        : `use: dropcap -w - | ${compressor} > FILE`;
    throw new UsageError(`-w ${path}: a capture is written without compression (${advice})`);
  }
  if (format === 'json' && isCapture) {
    throw new UsageError(`-w ${path}: --json writes no capture file (name it .json, or leave out --json)`);
  }
  if (format !== 'json' && OF_JSON.has(extension)) {
    throw new UsageError(`-w ${path}: a capture file is no JSON (add --json, or name it .pcapng)`);
  }
  if (format === 'pcapng' && OF_PCAP.has(extension)) {
    return `${path} is written as pcapng; for pcap add --format pcap and -y LINUX_SLL2 (loses reasons and places) or -y NETLINK (keeps all)`;
  }
  return format === 'pcap' && extension === OF_PCAPNG
    ? `${path} is written as pcap; for pcapng leave out --format pcap`
    : undefined;
}
