import { InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../errors.js';
import { type Compression, COMPRESSIONS } from '../outlet/compressions.js';
import { splitCommand } from './splitCommand.js';

/** Conditions of dumpcap's -a and -b, each by its name. */
type Conditions = Readonly<Partial<Record<Condition, number>>> & { readonly printname?: string };
type Condition = 'duration' | 'filesize' | 'files' | 'interval' | 'packets' | 'nametimenum';

/** The options about a capture's files, as commander parses them. */
export interface RotationCliOptions {
  /** Bytes. */
  readonly C?: number;
  readonly G?: number;
  readonly W?: number;
  readonly autostop?: Conditions;
  readonly ringBuffer?: Conditions;
  readonly compress?: Compression;
  /** A program and its first arguments. */
  readonly z?: readonly string[];
  /** Bytes. */
  readonly minFree?: number;
}

const MEGA = 1_000_000;
/** A suffix of -C, as tcpdump has it. */
const UNITS: Readonly<Record<string, number>> = { '': MEGA, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
/** dumpcap's filesize is in kB. */
const KILO = 1000;
const MOST = 0xffffffff;
const STOP_CONDITIONS: readonly Condition[] = ['duration', 'filesize', 'files', 'packets'];
const FILE_CONDITIONS: readonly Condition[] = [...STOP_CONDITIONS, 'interval', 'nametimenum'];

/** The options about a capture's files. */
export function rotationOptions(): Option[] {
  return [
    new Option(
      '-C <MB>',
      'begin a new file after this number of megabytes (k, m, g: KiB, MiB, GiB), as tcpdump: FILE, FILE1, FILE2',
    ).argParser(fileSize),
    new Option(
      '-G <seconds>',
      'begin a new file after this time, as tcpdump; FILE may have directives of strftime(3), such as %F-%H%M%S',
    ).argParser(count('a number of seconds', 1)),
    new Option(
      '-W <count>',
      'with -C: keep this number of files, and remove the oldest one; with -G alone: end after this number of files',
    ).argParser(count('a number of files', 1)),
    new Option(
      '-b, --ring-buffer <condition>',
      'begin a new file as dumpcap: filesize:KB, duration:S, interval:S or packets:N; files:N keeps N files, printname:FILE writes their names, nametimenum:2 puts the time first',
    ).argParser(conditions('-b', FILE_CONDITIONS, ['printname'])),
    new Option(
      '-a, --autostop <condition>',
      'end as dumpcap: after duration:S, filesize:KB, packets:N, or with -b after files:N',
    ).argParser(conditions('-a', STOP_CONDITIONS, [])),
    new Option('--compress <method>', 'compress each complete file: gzip or zstd').choices(
      Object.keys(COMPRESSIONS),
    ),
    new Option(
      '-z <command>',
      "run a program on each complete file, as tcpdump; the file's name is its last argument, and no shell reads the command",
    ).argParser(commandWords),
    new Option(
      '--min-free <MB>',
      'end a live capture, or remove the oldest file of a ring, before less than this is free on the disk (default: 5 % of it, at most 1000; 0: never)',
    ).argParser((text) => count('a number of megabytes', 0)(text) * MEGA),
  ];
}

/** The letters of the options that may be given several times. */
export const REPEATED: ReadonlySet<string> = new Set(['-a', '-b']);

function count(what: string, least: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= MOST) return value;
    throw new InvalidArgumentError(`It takes ${what}, ${least} or more.`);
  };
}

function commandWords(text: string): string[] {
  try {
    return splitCommand(text);
  } catch (error) {
    if (error instanceof UsageError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

function fileSize(text: string): number {
  const [, digits = '', suffix = ''] = /^(\d{1,10})([kmg]?)$/i.exec(text) ?? [];
  const bytes = Number(digits) * (UNITS[suffix.toLowerCase()] ?? Number.NaN);
  if (bytes > 0) return bytes;
  throw new InvalidArgumentError(
    'It takes a number of megabytes above 0, or one with k, m or g: KiB, MiB, GiB.',
  );
}

/** Adds one condition to those of earlier options. */
function conditions(
  flag: string,
  numbers: readonly Condition[],
  texts: readonly string[],
): (text: string, before: Conditions | undefined) => Conditions {
  return (text, before = {}) => {
    const at = text.indexOf(':');
    const name = text.slice(0, at);
    const value = text.slice(at + 1);
    const known = [...numbers, ...texts];
    if (at < 0 || !known.includes(name)) {
      throw new InvalidArgumentError(`It takes ${known.map((word) => `${word}:`).join(', ')} with a value.`);
    }
    if (name in before) throw new InvalidArgumentError(`${name} is given twice.`);
    if (texts.includes(name)) return { ...before, [name]: value };
    const number = count(`${name}: with a number`, 1)(value);
    if (name === 'nametimenum' && number > 2) {
      throw new InvalidArgumentError('It takes nametimenum:1 (number first) or nametimenum:2 (time first).');
    }
    if (flag === '-b' && name === 'files' && number < 2) {
      throw new InvalidArgumentError(
        'A ring has at least two files: the one that is written, and the one before.',
      );
    }
    return { ...before, [name]: name === 'filesize' ? number * KILO : number };
  };
}
