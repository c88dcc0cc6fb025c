import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describeFileError, OutputError } from '../errors.js';
import { FileSeries } from '../outlet/fileSeries.js';
import { type FileSinkOptions, openFileSink } from '../outlet/fileSink.js';
import { keepSpaceFree } from '../outlet/freeSpace.js';
import type { RotationLimits } from '../outlet/rotation.js';
import type { OpenSink } from '../outlet/segmentWriter.js';
import type { ByteSink } from '../outlet/sink.js';
import { type FilePlan, filePlanOf } from './filePlan.js';
import { FinishedFiles } from './finishedFiles.js';
import type { CliOptions } from './options.js';
import { hasRecorder } from './recorderOptions.js';
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
  /** Whether the first file begins later: with a trigger, or with the first drop of a recording, whose time is long past. */
  readonly beginsLater: boolean;
  readonly #plan: FilePlan | undefined;
  readonly #laterFiles: boolean;
  readonly #folder: string;
  readonly #finished: FinishedFiles;
  readonly #series: FileSeries;
  #first: ByteSink | undefined;
  #toldLack = false;

  private constructor(options: CliOptions, sink: FileSinkOptions, finished: FinishedFiles) {
    const { write: name = '', read, minFree } = options;
    this.#plan = filePlanOf(options);
    const style = this.#plan?.naming.style;
    const namedByTime = style === 'strftime' || style === 'numbered';
    this.beginsLater = hasRecorder(options) || (read !== undefined && namedByTime);
    this.#laterFiles = this.#plan !== undefined || options.compress !== undefined;
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
    if (!files.beginsLater) files.#first = await files.#series.open(0, undefined);
    return files;
  }

  /** Where files end; undefined: there is one file. */
  get limits(): RotationLimits | undefined {
    return this.#plan?.limits;
  }

  /** Facts about the files that are opened from now on: variables for the program of -z. */
  set facts(facts: Readonly<Record<string, string>>) {
    this.#series.facts = facts;
  }

  /** The files so far. */
  get state(): FilesState {
    const { path, count, removed } = this.#series;
    return { path, count, removed, keep: this.#plan?.keep, several: this.#plan !== undefined };
  }

  readonly openSegment: OpenSink = async (segment, firstNs) =>
    segment === 0 && this.#first ? this.#first : this.#series.open(segment, firstNs);

  /** Checks that later files can be made, now that this process may have changed its user. @throws OutputError */
  async checkFolder(): Promise<void> {
    if (!this.#laterFiles) return;
    try {
      await access(this.#folder, W_OK | X_OK);
    } catch (error) {
      throw new OutputError(
        `cannot make later files in ${this.#folder} as user ${process.geteuid?.()}: ${describeFileError(error)} ` +
          "(choose a folder of this user's, or -Z root to continue as root)",
        this.#folder,
        0,
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
