import { fileURLToPath } from 'node:url';
import { loadHotPath } from '../../binding/load.js';
import { viewOf } from '../../bytes.js';
import type { CaptureFacts } from '../../drop/captureFacts.js';
import type { DeviceTable } from '../../drop/device.js';
import type { DropBatch } from '../../drop/batch.js';
import type { CountsListener } from '../../drop/dropCount.js';
import type { LossCounters } from '../../drop/losses.js';
import type { RecordReader } from '../../pcap/recordReader.js';
import { PcapngReader, readFirstSection } from '../../pcapng/reader.js';
import type { ReadSection } from '../../pcapng/readSection.js';
import type { ByteInput } from './byteInput.js';
import { decompress } from './decompress.js';
import { FileScanner } from './fileScanner.js';
import { openByteInput } from './openByteInput.js';
import { openReader, startBytes } from './openReader.js';
import { ReadAhead } from './readAhead.js';
import { RecordedStatistics } from './recordedStatistics.js';
import { RecordingScanner } from './recordingScanner.js';
import type { ToolUser } from './toolInput.js';
import { stopOnAbort } from '../stopOnAbort.js';
import {
  type DropSource,
  iteratedTwice,
  NO_STATISTICS,
  type ReadProgress,
  type SourceStatistics,
} from '../source.js';

const NO_SECTION: ReadSection = { hardware: undefined, os: undefined, application: undefined, comments: [] };

/** Options of openRecording(). */
export interface RecordingOptions {
  /** Ends the reading when aborted, like `DropSource.stop`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Follows a file that is still being written: at the end of the file, the source waits for more bytes, until it is
   * stopped. It looks four times a second. A record whose end is not written yet waits for the rest. Opening waits for
   * the header of the file; only `signal` ends this waiting.
   *
   * The source ends by itself, with a notice, when the file becomes shorter than what was read, when the file is
   * removed, and when its name is given to another file (rotation). A record without its end is then no error, and
   * neither are damaged blocks: `statistics` has their number.
   *
   * A recording of netlink often describes a device after the drops of the device. Drops that were given before do not
   * have the device's name. Compressed files, standard input and FIFOs are read as without this option.
   */
  readonly follow?: boolean | undefined;
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
  let input = await openByteInput(path instanceof URL ? fileURLToPath(path) : path, options);
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
  readonly #recorded: Recorded;
  readonly #messages: RecordingScanner;
  readonly #scanner: FileScanner;
  readonly #forgetSignal: () => void;
  #iterated = false;
  #stopped = false;

  constructor(
    input: ByteInput,
    bytes: ReadAhead,
    reader: RecordReader,
    recorded: Recorded,
    { signal, onCounts, onNotice }: RecordingOptions,
  ) {
    this.#input = input;
    this.#bytes = bytes;
    this.#recorded = recorded;
    this.#messages = new RecordingScanner(
      loadHotPath(),
      onCounts && ((counts) => onCounts(counts, reader.timestampNs(viewOf(bytes.batch.arena)))),
      onNotice,
    );
    this.#scanner = new FileScanner(reader, this.#messages);
    this.#forgetSignal = stopOnAbort(signal, () => this.stop());
    this.description = `recording ${input.name}`;
  }

  get devices(): DeviceTable {
    return this.#messages.devices;
  }

  get kernelRelease(): string | undefined {
    return this.#scanner.kernelRelease;
  }

  get recorded(): CaptureFacts {
    const { section, statistics } = this.#recorded;
    const { startNs, endNs } = statistics;
    return { ...(section ?? NO_SECTION), filter: this.#scanner.packets.filter, startNs, endNs };
  }

  get progress(): ReadProgress {
    return { bytes: this.#scanner.fileOffset, totalBytes: this.#input.size };
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
    const { packets, damage, otherPackets } = this.#scanner;
    return Promise.resolve({
      ...NO_STATISTICS,
      ...counters,
      malformed: counters.malformed + packets.malformed,
      damagedBlocks: damage?.count ?? 0,
      unknownAttributes,
      ...this.losses(),
      otherPackets,
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
    const scanner = this.#scanner;
    for (let got = bytes.end; got > 0 && !this.#stopped;) {
      for (let more = false; !more;) {
        const { batch, start } = bytes;
        const scanned = scanner.scan(batch, start, bytes.end);
        more = scanned.more;
        if (!more) await bytes.split(scanned.at);
        else if (!scanner.failure) bytes.leave(scanned.at);
        // Only after the scan: a device is often described after its drops.
        this.#messages.resolver.resolve(batch);
        if (batch.length > 0) yield batch;
        else batch.release();
      }
      if (scanner.failure) throw scanner.failure;
      got = this.#stopped ? 0 : await bytes.fill();
    }
    const { name, growing } = this.#input;
    if (!this.#stopped && !growing) scanner.checkEnd(name, bytes.end - bytes.start);
  }
}
