import { fileURLToPath } from 'node:url';
import { u32, viewOf } from '../bytes.js';
import type { DeviceTable } from '../device.js';
import type { DropBatch } from '../drop.js';
import { InputError } from '../errors.js';
import { PCAP_MAGIC_MICROSECONDS, PCAP_MAGIC_NANOSECONDS, pcapLinkType, PcapReader } from '../pcap/reader.js';
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
/** A pcap file header: the shorter of the two things that a recording begins with. */
const HEADER_BYTES = 24;

/**
 * Opens a recording of netlink traffic: pcap or pcapng with link type NETLINK, as `tcpdump -i nlmon0`, Wireshark and
 * dwdump write them. A batch holds what one read of the file gave.
 * @param path a file, or `-` for standard input.
 * @throws InputError when it cannot be opened, or does not begin as such a recording does. Iterating throws
 * InputError when it cannot be read, holds no netlink messages, or is cut short, and MalformedInputError where the
 * file makes no sense any more; the drops before that place were yielded.
 */
export async function openRecording(path: string | URL): Promise<DropSource> {
  const input = await openByteInput(path instanceof URL ? fileURLToPath(path) : path);
  try {
    const pool = new BatchPool(BATCHES, ARENA_BYTES, BATCH_CAPACITY);
    const first = await pool.acquire();
    const filled = await readStart(input, first.arena);
    return new RecordingSource(
      input,
      openReader(first.arena.subarray(0, filled), input.name),
      pool,
      first,
      filled,
    );
  } catch (error) {
    await input.close();
    throw error;
  }
}

/** Reads the start of a file: as much as it takes to see what it is. */
async function readStart(input: ByteInput, arena: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < HEADER_BYTES) {
    const got = await input.read(arena, filled);
    if (got === 0) break;
    filled += got;
  }
  return filled;
}

class RecordingSource implements DropSource {
  readonly description: string;
  readonly kernelRelease = undefined;
  readonly settings = '';
  readonly #input: ByteInput;
  readonly #reader: RecordReader;
  readonly #pool: BatchPool;
  readonly #scanner = new RecordingScanner();
  /** The batch to fill next, and how many bytes of its arena are filled. */
  #batch: DropBatch;
  #filled: number;
  #stopped = false;
  /** Place in the file of the first byte of the arena. */
  #fileOffset = 0;
  /** Bytes of a block that is passed over which were not read yet. */
  #skip = 0;
  #failure: unknown;

  constructor(input: ByteInput, reader: RecordReader, pool: BatchPool, first: DropBatch, filled: number) {
    this.#input = input;
    this.#reader = reader;
    this.#pool = pool;
    this.#batch = first;
    this.#filled = filled;
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
    try {
      yield* this.#batches();
    } finally {
      await this.close();
    }
  }

  async *#batches(): AsyncGenerator<DropBatch, void, undefined> {
    for (let got = this.#filled; got > 0 && !this.#stopped;) {
      for (let more = false; !more;) {
        const batch = this.#batch;
        const scanned = this.#scan(batch, this.#filled);
        more = scanned.more;
        this.#fileOffset += scanned.at;
        if (batch.length > 0) {
          this.#batch = await this.#pool.acquire();
          this.#batch.arena.set(batch.arena.subarray(scanned.at, this.#filled));
          yield batch;
        } else {
          batch.arena.copyWithin(0, scanned.at, this.#filled);
        }
        this.#filled -= scanned.at;
      }
      if (this.#failure) throw this.#failure;
      got = this.#stopped ? 0 : await this.#input.read(this.#batch.arena, this.#filled);
      this.#filled += got;
    }
    if (!this.#stopped) this.#checkEnd();
  }

  /**
   * Scans the first `end` bytes of the batch's arena until they end inside a record, or the batch cannot take the
   * next one.
   * @returns where it stopped, and whether more bytes are wanted.
   */
  #scan(batch: DropBatch, end: number): { at: number; more: boolean } {
    const view = viewOf(batch.arena);
    const reader = this.#reader;
    let at = Math.min(this.#skip, end);
    this.#skip -= at;
    while (at < end) {
      let kind: number;
      try {
        kind = reader.next(view, at, end, this.#fileOffset + at);
      } catch (error) {
        // Thrown once what was scanned before is yielded.
        this.#failure = error;
        break;
      }
      if (kind === READ_MORE) break;
      if (kind === READ_PACKET && reader.linkType === LINKTYPE_NETLINK) {
        const { offset, length, originalLength } = reader;
        if (batch.capacity - batch.length < length / MIN_ALERT_BYTES) return { at, more: false };
        this.#scanner.scan(batch, view, offset, length, originalLength);
      }
      at += reader.consumed;
    }
    if (at > end) {
      this.#skip = at - end;
      at = end;
    }
    return { at, more: true };
  }

  #checkEnd(): void {
    const { name } = this.#input;
    if (this.#filled > 0 || this.#skip > 0) {
      throw new InputError(`${name} is cut short: everything before the cut was read`, name);
    }
    if (!this.#scanner.sawNetlink) throw noNetlink(name);
  }
}

function openReader(start: Uint8Array, name: string): RecordReader {
  if (start.length === 0) throw new InputError(`${name} is empty: it is no capture file`, name);
  if (start.length >= HEADER_BYTES) {
    if (u32(start, 0, true) === BLOCK_SECTION_HEADER) return new PcapngReader();
    for (const littleEndian of [true, false]) {
      const magic = u32(start, 0, littleEndian);
      if (magic !== PCAP_MAGIC_MICROSECONDS && magic !== PCAP_MAGIC_NANOSECONDS) continue;
      if (pcapLinkType(viewOf(start), 0, littleEndian) !== LINKTYPE_NETLINK) throw noNetlink(name);
      return new PcapReader(littleEndian);
    }
  }
  throw new InputError(`${name} is no pcap or pcapng file`, name);
}

function noNetlink(name: string): InputError {
  const text = `${name} holds no netlink messages (record with link type NETLINK: tcpdump -i nlmon0, or dwdump)`;
  return new InputError(text, name);
}
