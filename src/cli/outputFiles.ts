import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { OutputError } from '../errors.js';
import { COMPRESSIONS } from '../outlet/compressions.js';
import { FileSeries } from '../outlet/fileSeries.js';
import { type FileSinkOptions, openFileSink } from '../outlet/fileSink.js';
import type { RotationLimits } from '../outlet/rotation.js';
import type { OpenSink } from '../outlet/segmentWriter.js';
import type { ByteSink } from '../outlet/sink.js';
import { type FilePlan, filePlanOf } from './filePlan.js';
import { FinishedFiles, type FinishOptions } from './finishedFiles.js';
import { checkLaterFiles } from './laterFiles.js';
import type { CliOptions } from './options.js';
import { hasRecorder } from './recorderOptions.js';
import { SegmentNames } from './segmentNames.js';
import { format } from './strftime.js';
import { say } from './terminal.js';

const COUNTED = { style: 'counted' } as const;

/** The files of a run so far. */
interface FilesState {
  /** The name of the file that is written. */
  readonly path: string | undefined;
  /** Number of files. */
  readonly count: number;
  /** Number of files that were removed, to make room for later ones. */
  readonly removed: number;
  /** Number of files that were to make room, and stayed. */
  readonly leftAlone: number;
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
    const { write: name = '', read, minFree, compress, force = false } = options;
    this.#plan = filePlanOf(options);
    const style = this.#plan?.naming.style;
    const namedByTime = style === 'strftime' || style === 'numbered';
    this.beginsLater = hasRecorder(options) || (read !== undefined && namedByTime);
    this.#laterFiles = this.#plan !== undefined || options.compress !== undefined;
    this.#folder = dirname(style === 'strftime' ? format(name, new Date()) : name);
    this.#finished = finished;
    const names = new SegmentNames(name, this.#plan?.naming ?? COUNTED, force);
    const keepsFree = read === undefined && minFree !== 0;
    const freeSpace = keepsFree ? { least: minFree, makeRoom: () => this.#makeRoom() } : undefined;
    this.#series = new FileSeries({
      open: async (path) => {
        if (compress && !force) checkAbsent(path + COMPRESSIONS[compress]);
        return openFileSink(path, { ...sink, freeSpace });
      },
      nameOf: (segment, time) => names.next(segment, time),
      keep: this.#plan?.keep,
      onFinished: (file) => finished.add(file),
    });
  }

  /**
   * Opens the first file, except when its first drop names it. Checks that the later ones can be made, also by `sink.owner`,
   * the user that this process will become.
   * @throws OutputError; a new file is then removed
   */
  static async open(options: CliOptions, sink: FileSinkOptions): Promise<OutputFiles> {
    const { compress, z: command, ringBuffer } = options;
    const finished = new FinishedFiles({
      compress,
      command,
      names: await openNames(ringBuffer?.printname, sink),
      sink,
    });
    const files = new OutputFiles(options, sink, finished);
    try {
      if (!files.beginsLater) files.#first = await files.#series.open(0, undefined);
      if (files.#laterFiles) await checkLaterFiles(files.#folder, sink.owner);
    } catch (error) {
      await files.discard();
      throw error;
    }
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
    const { path, count, removed, leftAlone } = this.#series;
    return { path, count, removed, leftAlone, keep: this.#plan?.keep, several: this.#plan !== undefined };
  }

  readonly openSegment: OpenSink = async (segment, firstNs) =>
    segment === 0 && this.#first ? this.#first : this.#series.open(segment, firstNs);

  /** Waits for the work on complete files. */
  end(): Promise<void> {
    return this.#finished.end();
  }

  /** Closes the file, and removes it if opening made it. */
  async discard(): Promise<void> {
    await this.#series.discard();
    await this.#finished.discard();
  }

  async #makeRoom(): Promise<boolean> {
    const made = await this.#series.removeOldest();
    if (made && !this.#toldLack) say('dropcap: the disk is almost full: the oldest files are removed early');
    this.#toldLack = true;
    return made;
  }
}

/** @throws OutputError for an existing file: it would be found only when the file to compress is complete */
function checkAbsent(path: string): void {
  if (!existsSync(path)) return;
  throw new OutputError(
    `cannot write ${path}: it exists (choose another name, or --force to overwrite it)`,
    path,
    0,
  );
}

/** Opens what `printname:` names. */
async function openNames(name: string | undefined, sink: FileSinkOptions): Promise<FinishOptions['names']> {
  if (name === '-') return 'stdout';
  return name === undefined || name === 'stdout' || name === 'stderr' ? name : openFileSink(name, sink);
}
