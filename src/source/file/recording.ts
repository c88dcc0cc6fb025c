import { fileURLToPath } from 'node:url';
import { loadHotPath } from '../../binding/load.js';
import { viewOf } from '../../bytes.js';
import type { CaptureFacts } from '../../drop/captureFacts.js';
import type { DeviceTable } from '../../drop/device.js';
import type { DropBatch } from '../../drop/batch.js';
import type { CountsListener } from '../../drop/dropCount.js';
import type { LossCounters } from '../../drop/losses.js';
import { InputError } from '../../errors.js';
import { LINKTYPE_NETLINK } from '../../linktype/constants.js';
import { READ_MORE, READ_PACKET, type RecordReader } from '../../pcap/recordReader.js';
import { PcapReader } from '../../pcap/reader.js';
import type { Damage } from '../../pcapng/damage.js';
import { PcapngReader, readFirstSection } from '../../pcapng/reader.js';
import type { ReadSection } from '../../pcapng/readSection.js';
import { type ByteInput, openByteInput } from './byteInput.js';
import { decompress } from './decompress.js';
import { DropPacketScanner } from './dropPacketScanner.js';
import { netlinkLayout } from './netlinkRecord.js';
import { noDrops, openReader, startBytes } from './openReader.js';
import { ReadAhead } from './readAhead.js';
import { RecordedStatistics } from './recordedStatistics.js';
import { MIN_ALERT_BYTES, RecordingScanner } from './recordingScanner.js';
import type { ToolUser } from './toolInput.js';
import { stopOnAbort } from '../stopOnAbort.js';
import {
  type DropSource,
  iteratedTwice,
  NO_STATISTICS,
  type ReadProgress,
  type SourceStatistics,
} from '../source.js';

/** Matches the application name in files that dropcap wrote. */
const APPLICATION = /^dropcap\b/;

/** Bytes of the record headers that the hot path can read. */
const HOT_HEADER_BYTES = 16;

const NO_SECTION: ReadSection = { hardware: undefined, os: undefined, application: undefined, comments: [] };

/** Options of openRecording(). */
export interface RecordingOptions {
  /** Ends the reading when aborted, like `DropSource.stop`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The user of the tool that decompresses zstd, xz or lz4; by default that of this process. Only root can choose another
   * user.
   */
  readonly toolUser?: ToolUser | undefined;
  /** Takes the counts of summary alerts, which have no packets and are in no batch. */
  readonly onCounts?: CountsListener | undefined;
  /** Called with a text for people, while the file is read. */
  readonly onNotice?: ((text: string) => void) | undefined;
}

/**
 * Opens a file of drops: dropcap's own pcapng, also after another tool wrote it again, or a recording of netlink
 * traffic. A recording is pcap or pcapng with link type NETLINK, as `tcpdump -i nlmon0`, Wireshark and dwdump write
 * it. One batch has the drops of one read. The file may be compressed by gzip, or by zstd, xz or lz4 if the program of
 * that name is installed.
 * @param path a file, or `-` for standard input.
 * @throws InputError when the file cannot be opened, or does not begin like such a file. Iterating throws InputError
 * when the file cannot be read, has neither netlink messages nor drops, has damaged blocks, or is cut short. Iterating
 * throws MalformedInputError at bytes after which no block can be found, and at a section of an unknown version. All
 * drops before an error are yielded first; for damaged blocks, these are all drops of the file that can be read.
 * @throws the signal's reason when the signal is aborted before the first bytes are read.
 */
export async function openRecording(path: string | URL, options: RecordingOptions = {}): Promise<DropSource> {
  const { signal, toolUser } = options;
  signal?.throwIfAborted();
  let input = await openByteInput(path instanceof URL ? fileURLToPath(path) : path);
  let forgetSignal = () => {};
  try {
    // The first byte of standard input or a FIFO may take long to arrive.
    forgetSignal = stopOnAbort(signal, () => input.close());
    input = await decompress(input, toolUser);
    signal?.throwIfAborted();
    const bytes = new ReadAhead(input);
    await bytes.open(startBytes);
    signal?.throwIfAborted();
    const start = bytes.batch.arena.subarray(0, bytes.end);
    const statistics = new RecordedStatistics();
    const reader = openReader(start, input.name, statistics);
    const section = reader instanceof PcapngReader ? readFirstSection(start) : undefined;
    return new RecordingSource(input, bytes, reader, { section, statistics }, options);
  } catch (error) {
    await input.close();
    throw error;
  } finally {
    forgetSignal();
  }
}

/** What a pcapng file says about its capture. */
interface Recorded {
  readonly section: ReadSection | undefined;
  readonly statistics: RecordedStatistics;
}

class RecordingSource implements DropSource {
  readonly description: string;
  readonly live = false;
  readonly settings = '';
  readonly #input: ByteInput;
  readonly #bytes: ReadAhead;
  readonly #reader: RecordReader;
  readonly #recorded: Recorded;
  readonly #messages: RecordingScanner;
  readonly #packets: DropPacketScanner;
  readonly #forgetSignal: () => void;
  #iterated = false;
  #kernelRelease: string | undefined;
  #stopped = false;
  /** Offset in the file of the first byte that was not scanned. */
  #fileOffset = 0;
  /** Bytes of a skipped block that are not read yet. */
  #skip = 0;
  #failure: unknown;
  #sawPackets = false;
  #sawDrops = false;
  #otherPackets = 0;

  constructor(
    input: ByteInput,
    bytes: ReadAhead,
    reader: RecordReader,
    recorded: Recorded,
    { signal, onCounts, onNotice }: RecordingOptions,
  ) {
    this.#input = input;
    this.#bytes = bytes;
    this.#reader = reader;
    this.#recorded = recorded;
    this.#messages = new RecordingScanner(
      loadHotPath(),
      onCounts && ((counts) => onCounts(counts, reader.timestampNs(viewOf(bytes.batch.arena)))),
      onNotice,
    );
    this.#packets = new DropPacketScanner(this.#messages.devices);
    this.#forgetSignal = stopOnAbort(signal, () => this.stop());
    this.description = `recording ${input.name}`;
  }

  get devices(): DeviceTable {
    return this.#messages.devices;
  }

  get kernelRelease(): string | undefined {
    return this.#kernelRelease;
  }

  get recorded(): CaptureFacts {
    const { section, statistics } = this.#recorded;
    const { startNs, endNs } = statistics;
    return { ...(section ?? NO_SECTION), filter: this.#packets.filter, startNs, endNs };
  }

  get progress(): ReadProgress {
    return { bytes: this.#fileOffset, totalBytes: this.#input.size };
  }

  get familyId(): number | undefined {
    return this.#messages.familyId;
  }

  async stop(): Promise<void> {
    this.#forgetSignal();
    this.#stopped = true;
    await this.#input.close();
  }

  close(): Promise<void> {
    return this.stop();
  }

  losses(): LossCounters {
    return this.#recorded.statistics.losses;
  }

  statistics(): Promise<SourceStatistics> {
    const { counters, unknownAttributes } = this.#messages.alerts;
    return Promise.resolve({
      ...NO_STATISTICS,
      ...counters,
      malformed: counters.malformed + this.#packets.malformed,
      damagedBlocks: this.#damage?.count ?? 0,
      unknownAttributes,
      ...this.losses(),
      otherPackets: this.#otherPackets,
      otherMessages: this.#messages.otherMessages,
    });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<DropBatch, void, undefined> {
    if (this.#iterated) throw iteratedTwice();
    this.#iterated = true;
    try {
      yield* this.#batches();
    } finally {
      await this.close();
    }
  }

  async *#batches(): AsyncGenerator<DropBatch, void, undefined> {
    const bytes = this.#bytes;
    for (let got = bytes.end; got > 0 && !this.#stopped;) {
      for (let more = false; !more;) {
        const { batch, start } = bytes;
        const scanned = this.#scan(batch, start, bytes.end);
        more = scanned.more;
        this.#fileOffset += scanned.at - start;
        if (!more) await bytes.split(scanned.at);
        else if (!this.#failure) bytes.leave(scanned.at);
        // Only after the scan: a device is often described after its drops.
        this.#messages.resolver.resolve(batch);
        if (batch.length > 0) yield batch;
        else batch.release();
      }
      if (this.#failure) throw this.#failure;
      got = this.#stopped ? 0 : await bytes.fill();
    }
    if (!this.#stopped) this.#checkEnd();
  }

  /**
   * Scans the bytes from `start` to `end` of the batch's arena. Stops when the bytes end inside a record, or when the
   * batch has no room for the next record.
   * @returns where the scan stopped, and whether it needs more bytes.
   */
  #scan(batch: DropBatch, start: number, end: number): { at: number; more: boolean } {
    const view = viewOf(batch.arena);
    const reader = this.#reader;
    const fast = reader instanceof PcapReader && reader.littleEndian ? reader : undefined;
    let at = Math.min(start + this.#skip, end);
    this.#skip -= at - start;
    while (at < end) {
      if (fast?.recordHeaderBytes === HOT_HEADER_BYTES && reader.linkType === LINKTYPE_NETLINK) {
        at = this.#messages.scanRecords(batch, at, end);
      }
      let kind: number;
      try {
        kind = reader.next(view, at, end, this.#fileOffset + at - start);
      } catch (error) {
        // Thrown after the drops before the error are yielded.
        this.#failure = error;
        break;
      }
      if (kind === READ_MORE) break;
      if (kind === READ_PACKET) {
        if (batch.capacity - batch.length < Math.max(reader.length / MIN_ALERT_BYTES, 1)) {
          return { at, more: false };
        }
        this.#scanPacket(batch, view);
      }
      at += reader.consumed;
    }
    if (at > end) {
      this.#skip = at - end;
      at = end;
    }
    return { at, more: true };
  }

  /** Converts the packet that the reader found to rows of the batch. */
  #scanPacket(batch: DropBatch, view: DataView): void {
    const reader = this.#reader;
    const annotated = reader instanceof PcapngReader ? reader : undefined;
    const before = batch.length;
    this.#sawPackets = true;
    const { offset, length, originalLength, linkType } = reader;
    const layout = netlinkLayout(view, offset, length, linkType);
    if (layout) {
      this.#messages.scan(batch, view, offset, length, originalLength, layout);
      if (annotated && batch.length === before)
        this.#packets.scan(batch, view, annotated); // A dropped message.
      else if (annotated && batch.length === before + 1)
        this.#packets.complete(batch, before, view, annotated);
    } else if (!annotated || !this.#packets.scan(batch, view, annotated)) {
      this.#otherPackets++;
    }
    if (batch.length > before) this.#sawDrops = true;
    if (this.#kernelRelease === undefined) {
      this.#kernelRelease = /^Linux (\S+)/.exec(annotated?.interface?.os ?? '')?.[1];
    }
  }

  /** The damaged blocks of a pcapng file. */
  get #damage(): Damage | undefined {
    return this.#reader instanceof PcapngReader ? this.#reader.damage : undefined;
  }

  #checkEnd(): void {
    const { name } = this.#input;
    const damage = this.#damage?.count ? this.#damage.text : undefined;
    const insideBlock = this.#reader instanceof PcapngReader && this.#reader.insideBlock;
    if (this.#bytes.end > this.#bytes.start || this.#skip > 0 || insideBlock) {
      const also = damage === undefined ? '' : `; it has ${damage} before the cut`;
      throw new InputError(`${name} is cut short: everything before the cut was read${also}`, name);
    }
    if (damage !== undefined) {
      throw new InputError(`${name} has ${damage}: everything else was read`, name);
    }
    if (this.#sawDrops || this.#messages.sawNetlink) return;
    // A pcap file of netlink traffic without packets is valid: nothing was dropped.
    if (!this.#sawPackets && this.#reader.linkType === LINKTYPE_NETLINK) return;
    const application = this.#reader instanceof PcapngReader ? this.#reader.application : undefined;
    if (!APPLICATION.test(application ?? '')) throw noDrops(name);
  }
}
