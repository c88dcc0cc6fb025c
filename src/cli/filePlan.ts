import { UsageError } from '../errors.js';
import type { RotationLimits } from '../outlet/rotation.js';
import type { CliOptions } from './options.js';
import { hasRecorder } from './recorderOptions.js';
import { comesAgain, type SegmentNaming } from './segmentNames.js';

/** The files of a capture. */
export interface FilePlan {
  /** Undefined: a recorder says when files begin and end. */
  readonly limits: RotationLimits | undefined;
  /** Number of files of a ring; undefined: all files stay. */
  readonly keep: number | undefined;
  readonly naming: SegmentNaming;
}

/** What -C, -G, -W, -b and -a ask for; undefined: one file. @throws UsageError for options that contradict one another */
export function filePlanOf(options: CliOptions): FilePlan | undefined {
  const { C, G, W, ringBuffer, autostop } = options;
  if (hasRecorder(options)) return recorderPlan(options);
  const tcpdumps = C !== undefined || G !== undefined;
  if (W !== undefined && !tcpdumps)
    throw new UsageError('-W goes with -C or -G (-b files:N is the ring of dumpcap)');
  if (ringBuffer && tcpdumps) {
    throw new UsageError(
      "-C, -G and -W are tcpdump's options, and -b is dumpcap's (use one of the two ways)",
    );
  }
  if (tcpdumps) return tcpdumpPlan(options);
  if (ringBuffer) return dumpcapPlan(options);
  if (autostop?.files !== undefined)
    throw new UsageError('-a files:N goes with -b: one file is written without -b');
  if (autostop?.filesize === undefined) return undefined;
  return { limits: { bytes: autostop.filesize, files: 1 }, keep: undefined, naming: { style: 'counted' } };
}

function tcpdumpPlan({ C, G, W, write = '', force, autostop }: CliOptions): FilePlan {
  if (autostop?.files !== undefined || autostop?.filesize !== undefined) {
    throw new UsageError(
      "-a files: and filesize: go with dumpcap's -b, not with -C and -G (-W ends after files)",
    );
  }
  if (G === undefined) {
    if (W === undefined) return { limits: { bytes: C }, keep: undefined, naming: { style: 'counted' } };
    if (W < 2)
      throw new UsageError('-W with -C takes 2 or more: the file that is written, and the one before');
    return { limits: { bytes: C }, keep: W, naming: { style: 'ring', files: W } };
  }
  if (!force && comesAgain(write)) {
    throw new UsageError(
      `-w ${write}: these names come again (add the year, %Y; or --force to overwrite the files)`,
    );
  }
  if (C === undefined) {
    return { limits: { seconds: G, files: W }, keep: undefined, naming: { style: 'strftime' } };
  }
  if (W === 1)
    throw new UsageError('-W with -C takes 2 or more: the file that is written, and the one before');
  return { limits: { bytes: C, seconds: G }, keep: W, naming: { style: 'strftime' } };
}

function dumpcapPlan({ ringBuffer = {}, autostop = {} }: CliOptions): FilePlan {
  const { filesize, duration, interval, packets, files, nametimenum } = ringBuffer;
  if ([filesize, duration, interval, packets].every((limit) => limit === undefined)) {
    throw new UsageError('-b says when a file ends: filesize:KB, duration:S, interval:S or packets:N');
  }
  if (autostop.filesize !== undefined) {
    throw new UsageError(
      '-a filesize:KB ends a capture of one file: it does not go with -b (-a files:N does)',
    );
  }
  return {
    limits: { bytes: filesize, seconds: duration, interval, packets, files: autostop.files },
    keep: files,
    naming: { style: 'numbered', timeFirst: nametimenum === 2 },
  };
}

function recorderPlan({ C, G, W, ringBuffer = {}, autostop = {} }: CliOptions): FilePlan {
  const { filesize, duration, interval, packets, files, nametimenum } = ringBuffer;
  const others = [C, G, W, filesize, duration, interval, packets, autostop.filesize, autostop.files];
  if (others.some((value) => value !== undefined)) {
    throw new UsageError(
      'a recorder writes a file for each trigger: of -C, -G, -W, -b and -a filesize: or files:, only -b files:N, printname: and nametimenum: go with it',
    );
  }
  return { limits: undefined, keep: files, naming: { style: 'numbered', timeFirst: nametimenum === 2 } };
}

/** The options with those of -a that other options ask for too: -c and --duration. @throws UsageError */
export function withAutostop(options: CliOptions): CliOptions {
  const { duration, packets } = options.autostop ?? {};
  if (duration !== undefined && options.duration !== undefined) {
    throw new UsageError('-a duration: and --duration are the same (give one of them)');
  }
  if (packets !== undefined && options.drops !== undefined) {
    throw new UsageError('-a packets: and -c are the same (give one of them)');
  }
  return {
    ...options,
    ...(duration !== undefined && { duration }),
    ...(packets !== undefined && { drops: packets }),
  };
}
