import { isatty } from 'node:tty';
import { UsageError } from '../errors.js';
import { checkFormat } from './encoder.js';
import { checkMonitorOptions } from './monitorOptions.js';
import { isRegular, isSameFile } from './paths.js';
import type { CliOptions } from './options.js';
import { checkRecorder } from './recorderOptions.js';

const STDOUT_FD = 1;

/** @throws UsageError for options that contradict one another */
export function checkOptions(options: CliOptions): void {
  const { read, write } = options;
  checkFormat(options);
  checkRecorder(options);
  if (options.force && (write === undefined || write === '-')) {
    throw new UsageError('--force goes with -w FILE: it lets -w overwrite a file');
  }
  const { C, G, W, ringBuffer, autostop, compress, z, minFree } = options;
  if (write === undefined && [C, G, W, ringBuffer, autostop?.filesize, compress, z, minFree].some(isGiven)) {
    throw new UsageError('-C, -G, -W, -b, -a filesize:, -z, --compress and --min-free go with -w FILE');
  }
  if ((options.print || options.count) && write === '-') {
    const name = options.print ? '--print' : '--count';
    throw new UsageError(`${name} prints on standard output, and -w - writes there too (name a file)`);
  }
  if (options.quiet && options.statusInterval !== undefined) {
    throw new UsageError('-q prints no counters, and --status-interval prints them (leave out one of them)');
  }
  if (options.count && (read === undefined || options.json || options.print)) {
    throw new UsageError('--count goes with -r, and with neither --json nor --print');
  }
  const { interface: source, origin } = options;
  if (source !== undefined && source !== 'all' && origin !== 'all' && source !== origin) {
    throw new UsageError('-i and --origin ask for different drops (give one of them)');
  }
  checkMonitorOptions(options, read);
  // Not process.stdout: Node makes a pipe non-blocking for it, also for the other programs that share the pipe.
  if (write === '-' && !options.json && isatty(STDOUT_FD)) {
    throw new UsageError(
      '-w - writes binary data, and standard output is a terminal (name a file, or use a pipe)',
    );
  }
  if (read === undefined) return;
  if (source !== undefined) throw new UsageError('-i goes with capturing from the kernel, not with -r');
  // A pipe may bring the bytes of a running capture: a time makes sense there.
  if (options.duration !== undefined && read !== '-' && isRegular(read)) {
    throw new UsageError(
      '--duration goes with capturing, not with -r FILE: a file is read to its end (-c ends earlier)',
    );
  }
  if (write !== undefined && write !== '-' && isSameFile(read, write)) {
    throw new UsageError(
      '-r and -w name the same file (write to another file: this would overwrite the recording)',
    );
  }
}

function isGiven(value: unknown): boolean {
  return value !== undefined;
}
