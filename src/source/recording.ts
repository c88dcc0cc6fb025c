import { fileURLToPath } from 'node:url';
import { u32, viewOf } from '../bytes.js';
import type { DeviceTable } from '../device.js';
import type { DropBatch } from '../drop.js';
import { InputError } from '../errors.js';
import { PCAP_MAGIC_MICROSECONDS, PCAP_MAGIC_NANOSECONDS, PcapReader } from '../pcap/reader.js';
import { MAX_RECORD_BYTES, READ_MORE, READ_PACKET, type RecordReader } from '../pcap/recordReader.js';
import { BLOCK_SECTION_HEADER } from '../pcapng/constants.js';
import { PcapngReader } from '../pcapng/reader.js';
import { BatchPool } from './batchPool.js';
import { type ByteInput, openByteInput } from './byteInput.js';
import { MIN_ALERT_BYTES, RecordingScanner } from './recordingScanner.js';
import { type DropSource, NO_STATISTICS, type SourceStatistics } from './source.js';

const LINKTYPE_NETLINK = 253;
const BATCHES = 4;
/** So that the longest record fits behind the rest of one. */
const ARENA_BYTES = 2 * MAX_RECORD_BYTES;
/** So that all alerts of the longest record fit into an empty batch. */
const BATCH_CAPACITY = Math.ceil(MAX_RECORD_BYTES / MIN_ALERT_BYTES);
const MAGIC_BYTES = 4;

/**
 * Opens a recording of netlink traffic: pcap or pcapng with link type NETLINK, as `tcpdump -i nlmon0`, Wireshark and
 * dwdump write them. A batch holds what one read of the file gave.
 * @param path a file, or `-` for standard input.
 * @throws InputError when it cannot be opened. Iterating throws InputError when it cannot be read, is no such
 * recording, or is cut short, and MalformedInputError where the file makes no sense any more; the drops before
 * that place were yielded.
 */
export async function openRecording(path: string | URL): Promise<DropSource> {
  return new RecordingSource(await openByteInput(path instanceof URL ? fileURLToPath(path) : path));
}

class RecordingSource implements DropSource {
  readonly description: string;
  readonly kernelRelease = undefined;
  readonly #input: ByteInput;
  readonly #pool = new BatchPool(BATCHES, ARENA_BYTES, BATCH_CAPACITY);
  readonly #scanner = new RecordingScanner();
  #reader: RecordReader | undefined;
  #stopped = false;
  /** Place in the file of the first byte of the arena. */
  #fileOffset = 0;
  /** Bytes of a block that is passed over which were not read yet. */
  #skip = 0;

  constructor(input: ByteInput) {
    this.#input = input;
    this.description = `recording ${input.name}`;
  }

  get devices(): DeviceTable {
    return this.#scanner.devices;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#input.close();
  }

  close(): Promise<void> {
    return this.stop();
  }

  statistics(): Promise<SourceStatistics> {
    const { counters, unknownAttributes } = this.#scanner.alerts;
    return Promise.resolve({ ...NO_STATISTICS, ...counters, unknownAttributes });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<DropBatch, void, undefined> {
    let batch = await this.#pool.acquire();
    let filled = 0;
    for (;;) {
      const got = this.#stopped ? 0 : await this.#input.read(batch.arena, filled);
      if (got === 0) break;
      filled += got;
      for (let more = false; !more;) {
        const scanned = this.#scan(batch, filled);
        more = scanned.more;
        const rest = filled - scanned.at;
        this.#fileOffset += scanned.at;
        if (batch.length > 0) {
          const next = await this.#pool.acquire();
          next.arena.set(batch.arena.subarray(scanned.at, filled));
          yield batch;
          batch = next;
        } else {
          batch.arena.copyWithin(0, scanned.at, filled);
        }
        filled = rest;
      }
    }
    batch.release();
    if (!this.#stopped) this.#checkEnd(filled);
  }

  /**
   * Scans the first `end` bytes of the batch's arena until they end inside a record, or the batch cannot take the
   * next one.
   * @returns where it stopped, and whether more bytes are wanted.
   */
  #scan(batch: DropBatch, end: number): { at: number; more: boolean } {
    const view = viewOf(batch.arena);
    if (!this.#reader) {
      if (end < MAGIC_BYTES) return { at: 0, more: true };
      this.#reader = openReader(batch.arena, this.#input.name);
    }
    const reader = this.#reader;
    let at = Math.min(this.#skip, end);
    this.#skip -= at;
    while (at < end) {
      const kind = reader.next(view, at, end, this.#fileOffset + at);
      if (kind === READ_MORE) break;
      if (kind === READ_PACKET && reader.linkType === LINKTYPE_NETLINK) {
        const { offset, length, originalLength } = reader;
        const littleEndian = this.#scanner.byteOrderOf(view, offset, length, originalLength);
        const room = batch.capacity - batch.length >= length / MIN_ALERT_BYTES;
        if (batch.length > 0 && (littleEndian !== batch.littleEndian || !room)) return { at, more: false };
        batch.littleEndian = littleEndian;
        this.#scanner.scan(batch, view, offset, length);
      }
      at += reader.consumed;
    }
    if (at > end) {
      this.#skip = at - end;
      at = end;
    }
    return { at, more: true };
  }

  #checkEnd(rest: number): void {
    const { name } = this.#input;
    if (!this.#reader) {
      throw new InputError(`${name} is ${rest === 0 ? 'empty' : 'too short'}: it is no capture file`, name);
    }
    if (rest > 0 || this.#skip > 0) {
      throw new InputError(`${name} is cut short: everything before the cut was read`, name);
    }
    if (!this.#scanner.sawNetlink) {
      throw new InputError(
        `${name} holds no netlink messages (record with link type NETLINK: tcpdump -i nlmon0, or dwdump)`,
        name,
      );
    }
  }
}

function openReader(bytes: Uint8Array, name: string): RecordReader {
  if (u32(bytes, 0, true) === BLOCK_SECTION_HEADER) return new PcapngReader();
  for (const littleEndian of [true, false]) {
    const magic = u32(bytes, 0, littleEndian);
    if (magic === PCAP_MAGIC_MICROSECONDS || magic === PCAP_MAGIC_NANOSECONDS)
      return new PcapReader(littleEndian);
  }
  throw new InputError(`${name} is no pcap or pcapng file`, name);
}
