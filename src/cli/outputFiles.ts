import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describeFileError, UsageError } from '../errors.js';
import { FileSeries } from '../outlet/fileSeries.js';
import { type FileSinkOptions, openFileSink } from '../outlet/fileSink.js';
import { keepSpaceFree } from '../outlet/freeSpace.js';
import type { RotationLimits } from '../outlet/rotation.js';
import type { OpenSink } from '../outlet/segmentWriter.js';
import type { ByteSink } from '../outlet/sink.js';
import { type FilePlan, filePlanOf } from './filePlan.js';
import { FinishedFiles } from './finishedFiles.js';
import type { CliOptions } from './options.js';
import { SegmentNames } from './segmentNames.js';
import { say } from './terminal.js';

const { W_OK, X_OK } = constants;
const COUNTED = { style: 'counted' } as const;

/** The files of a run so far. */
interface FilesState {
  /** The name of the file that is written. */
  readonly path: string | undefined;
  /** Number of files. */
  readonly count: number;
  /** Number of files that were removed, to make room for later ones. */
  readonly removed: number;
  /** Number of files of the ring. */
  readonly keep: number | undefined;
  /** Whether there can be more than one. */
  readonly several: boolean;
}

/** The files that -w names: one, or one after another. */
export class OutputFiles {
  readonly #plan: FilePlan | undefined;
  readonly #folder: string;
  readonly #finished: FinishedFiles;
  readonly #series: FileSeries;
  #first: ByteSink | undefined;
  #toldLack = false;

  private constructor(options: CliOptions, sink: FileSinkOptions, finished: FinishedFiles) {
    const { write: name = '', read, minFree } = options;
    this.#plan = filePlanOf(options);
    this.#folder = dirname(name);
    this.#finished = finished;
    const names = new SegmentNames(name, this.#plan?.naming ?? COUNTED);
    this.#series = new FileSeries({
      open: async (path) => {
        const file = await openFileSink(path, sink);
        if (read !== undefined || minFree === 0) return file;
        return keepSpaceFree(file, path, { least: minFree, makeRoom: () => this.#makeRoom() });
      },
      nameOf: (segment, time) => names.next(segment, time),
      keep: this.#plan?.keep,
      onFinished: (file) => finished.add(file),
    });
  }

  /**
   * Opens the first file, except when its first drop names it.
   * @throws OutputError
   */
  static async open(options: CliOptions, sink: FileSinkOptions): Promise<OutputFiles> {
    const { compress, z: command, ringBuffer } = options;
    const printname = ringBuffer?.printname;
    const names =
      printname === undefined || printname === 'stdout' || printname === 'stderr'
        ? printname
        : await openFileSink(printname, sink);
    const files = new OutputFiles(options, sink, new FinishedFiles({ compress, command, names, sink }));
    if (!files.beginsAtDrop(options)) files.#first = await files.#series.open(0, undefined);
    return files;
  }

  /** Where files end; undefined: there is one file. */
  get limits(): RotationLimits | undefined {
    return this.#plan?.limits;
  }

  /** The files so far. */
  get state(): FilesState {
    const { path, count, removed } = this.#series;
    return { path, count, removed, keep: this.#plan?.keep, several: this.#plan !== undefined };
  }

  /** Whether the first file begins with the first drop: a recording's drops have times long before now. */
  beginsAtDrop({ read }: CliOptions): boolean {
    const style = this.#plan?.naming.style;
    return read !== undefined && (style === 'strftime' || style === 'numbered');
  }

  readonly openSegment: OpenSink = async (segment, firstNs) =>
    segment === 0 && this.#first ? this.#first : this.#series.open(segment, firstNs);

  /** Checks that files can be made now, when this process may have changed its user. @throws UsageError */
  async checkFolder({ compress }: CliOptions): Promise<void> {
    if (!this.#plan && !compress) return;
    try {
      await access(this.#folder, W_OK | X_OK);
    } catch (error) {
      throw new UsageError(
        `cannot make later files in ${this.#folder} as user ${process.getuid?.()}: ${describeFileError(error)} ` +
          "(choose a folder of this user's, or -Z root to continue as root)",
        { cause: error },
      );
    }
  }

  /** Waits for the work on complete files. */
  end(): Promise<void> {
    return this.#finished.end();
  }

  /** Closes the first file, and removes it if opening made it. */
  async discard(): Promise<void> {
    await this.#first?.discard();
  }

  async #makeRoom(): Promise<boolean> {
    const made = await this.#series.removeOldest();
    if (made && !this.#toldLack) say('dropcap: the disk is almost full: the oldest files are removed early');
    this.#toldLack = true;
    return made;
  }
}
