import { InvalidArgumentError, Option } from 'commander';
import { NOISE_NAMES } from '../class/noiseOf.js';
import type { NoiseName } from '../class/noise.js';
import type { DropOrigin } from '../drop/origin.js';
import type { LinkTypeName } from '../outlet/createEncoder.js';
import { type RecorderCliOptions, recorderOptions } from './recorderOptions.js';
import { type RotationCliOptions, rotationOptions } from './rotationOptions.js';
import { duration, statusInterval } from './seconds.js';
import { type SummaryOptions, summaryOptions } from './summaryOptions.js';

/** The options of a capture, as commander parses them. */
export interface CliOptions extends RotationCliOptions, RecorderCliOptions, SummaryOptions {
  readonly write?: string;
  readonly read?: string;
  readonly drops?: number;
  readonly count?: true;
  readonly print?: true;
  readonly wireshark?: true;
  /** A second output in the format of `write`, for --wireshark. No option of the command line. */
  readonly alsoWrite?: string;
  readonly snapshotLength?: number;
  readonly bufferSize?: number;
  readonly queueLength?: number;
  readonly origin: 'sw' | 'hw' | 'all';
  /** The noise to leave out. */
  readonly hide?: readonly NoiseName[];
  readonly all?: true;
  readonly dedupe?: number;
  readonly sample?: number;
  readonly rateLimit?: number;
  readonly expressionFile?: string;
  readonly duration?: number;
  /** Seconds between two status lines. */
  readonly statusInterval?: number;
  readonly format: 'pcapng' | 'pcap';
  readonly linktype?: LinkTypeName;
  readonly micro?: true;
  readonly nano?: true;
  readonly listDataLinkTypes?: true;
  readonly json?: true;
  readonly passive?: true;
  readonly takeover?: true;
  readonly relinquishPrivileges?: string;
  readonly kallsyms?: string;
  readonly pc: boolean;
  readonly force?: true;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly listInterfaces?: true;
  /** How often -t is given. */
  readonly t?: number;
  readonly number?: true;
  readonly e?: true;
  /** How often -x, -X and -A are given. */
  readonly x?: number;
  readonly X?: number;
  readonly A?: number;
  readonly interface?: 'sw' | 'hw' | 'all';
}

const MAX_U32 = 0xffffffff;
/** Limits of the guard (native/guard): the receive buffer, and packets in a queue. The guard refuses more. */
const MAX_BUFFER_KIB = 262_144;
const MAX_QUEUE_LENGTH = 262_144;

/** The options of a capture, with the letter of tcpdump's option where tcpdump has the option. */
export function captureOptions(): Option[] {
  const number = (flags: string, text: string, least: number, most: number) =>
    new Option(flags, text).argParser(wholeNumber(least, most));
  return [
    new Option('-w, --write <file>', 'write the drops to a capture file; - is standard output'),
    new Option(
      '-F, --expression-file <file>',
      'read the expression from a file, instead of the command line',
    ),
    new Option(
      '-r, --read <file>',
      'read a capture file of dropcap or a recording of netlink messages, also a compressed one (gzip, zstd, xz, lz4), instead of capturing; - is standard input',
    ),
    number('-c, --drops <count>', 'end after this number of drops', 1, MAX_U32),
    number(
      '-s, --snapshot-length <bytes>',
      'keep at most this number of bytes of each packet (default: 0, which keeps all)',
      0,
      MAX_U32,
    ),
    number(
      '-B, --buffer-size <KiB>',
      'size of the receive buffer (default: 8192 to 65536, chosen by memory)',
      1,
      MAX_BUFFER_KIB,
    ),
    number(
      '--queue-length <packets>',
      'packets that the kernel queues on each processor (default: 1000 to 32768, chosen by memory)',
      1,
      MAX_QUEUE_LENGTH,
    ),
    new Option('--origin <origin>', 'capture drops of the kernel (sw), of the hardware (hw), or both (all)')
      .choices(['sw', 'hw', 'all'])
      .default('all'),
    new Option(
      '--hide <noise>',
      'leave out drops that are no loss, and count them: noise for all, or names of noise, such as socket-close,other-host (default for lines on a terminal: noise)',
    ).argParser(noiseNames),
    new Option(
      '--all',
      'leave out no drops that are no loss (default, except for lines on a terminal)',
    ).conflicts('hide'),
    number(
      '--dedupe [count]',
      'keep only the first of equal drops a second, or this number of them',
      1,
      MAX_U32,
    ).preset('1'),
    new Option('--sample <1/count>', 'keep one of this number of drops').argParser(sample),
    number('--rate-limit <count>', 'keep at most this number of drops a second', 1, MAX_U32),
    new Option('--duration <seconds>', 'end after this time').argParser(duration),
    new Option(
      '--status-interval <seconds>',
      'print a line with the counters to standard error each time this number of seconds has passed',
    ).argParser(statusInterval),
    ...rotationOptions(),
    ...recorderOptions(),
    new Option('--format <format>', 'format of the capture file')
      .choices(['pcapng', 'pcap'])
      .default('pcapng'),
    new Option(
      '-y, --linktype <type>',
      'write all packets with this link type: NETLINK, LINUX_SLL2 or LINUX_SLL (default: the own link type of each packet)',
    ).argParser(linkTypeName),
    new Option('--micro', 'write time stamps in microseconds, for tools that read no nanoseconds').conflicts(
      'nano',
    ),
    new Option('--nano', 'write time stamps in nanoseconds (default)'),
    new Option('-L, --list-data-link-types', 'list the link types for -y, and exit'),
    new Option('--print', 'print the drops as lines although -w is given'),
    new Option(
      '--wireshark',
      'start Wireshark, and show the drops there as they arrive; closing it ends the capture',
    ),
    new Option('--count', 'with -r: print only the number of drops'),
    ...summaryOptions(),
    new Option('--json', 'print the drops as JSON, one object a line'),
    new Option('--passive', 'only listen: neither configure nor start the drop monitor').conflicts(
      'takeover',
    ),
    new Option(
      '--takeover',
      "turn another program's monitoring off, and start again with dropcap's settings",
    ),
    new Option(
      '-Z, --relinquish-privileges <user>',
      'continue as this user after everything is open (default: the user who called sudo)',
    ),
    new Option(
      '--kallsyms <file>',
      'name the drop points of a recording by this copy of /proc/kallsyms, gzipped or not',
    ),
    new Option('--no-pc', 'leave out the addresses of drop points, which show where the kernel is in memory'),
    new Option('--force', 'let -w overwrite an existing file'),
    new Option('-q, --quiet', 'print no start message and no counters'),
    new Option(
      '-v, --verbose',
      'print the settings of a live capture and, with the lines, all details of each drop',
    ),
    new Option(
      '-t',
      'print no time; -tt: seconds since 1970; -ttt: since the drop before; -tttt: with the date; -ttttt: since the first drop',
    ),
    new Option('-#, --number', 'number the lines'),
    new Option('-e', 'print the link-level header of each packet'),
    new Option('-x', 'print the bytes of each packet in hex; -xx: also those of the link-level header'),
    new Option(
      '-X',
      'print the bytes of each packet in hex and ASCII; -XX: also those of the link-level header',
    ),
    new Option('-A', 'print the bytes of each packet in ASCII; -AA: also those of the link-level header'),
    new Option(
      '-i, --interface <source>',
      'capture from a source that -D lists: its name or its number (default: dropmon)',
    ).argParser(originOfInterface),
    new Option('-D, --list-interfaces', 'list what dropcap can capture from, and exit'),
  ];
}

/** What dropcap captures from, in the order of `-D`: name, description, value of `--origin`. */
export const INTERFACES: readonly (readonly [string, string, CliOptions['origin']])[] = [
  ['dropmon', 'packets that the kernel or the hardware dropped', 'all'],
  ['dropmon:sw', 'packets that the kernel dropped', 'sw'],
  ['dropmon:hw', "packets that a switch's hardware dropped, with a copy to the kernel", 'hw'],
];

function originOfInterface(text: string): CliOptions['origin'] {
  const found = INTERFACES.find(([name], i) => text === name || text === String(i + 1));
  if (found) return found[2];
  throw new InvalidArgumentError(
    'The kernel tells dropped packets of all interfaces: it takes dropmon, dropmon:sw, dropmon:hw, or a number of -D.',
  );
}

/** The drop origin that `-i` and `--origin` ask for; undefined for both origins. */
export function originOf({ origin, interface: source }: CliOptions): DropOrigin | undefined {
  const option = source === undefined || source === 'all' ? origin : source;
  if (option === 'all') return undefined;
  return option === 'sw' ? 'software' : 'hardware';
}

/** The link types for -y, each with a description. */
export const LINK_TYPES: readonly (readonly [LinkTypeName, string])[] = [
  ['NETLINK', "the kernel's own messages, for Wireshark's net_dm dissector"],
  ['LINUX_SLL2', 'packets after a cooked header, for tools that read one link type a file'],
  ['LINUX_SLL', 'packets after the older cooked header, for tools that do not know LINUX_SLL2'],
];

function linkTypeName(text: string): LinkTypeName {
  const name = text.toUpperCase().replace(/^(LINKTYPE|DLT)_/, '');
  const known = LINK_TYPES.find(([type]) => type === name);
  if (known) return known[0];
  throw new InvalidArgumentError(`It takes ${LINK_TYPES.map(([type]) => type).join(', ')}.`);
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}.`);
  };
}

/** The word for all names of noise. */
const ALL_NOISE = 'noise';

function noiseNames(text: string): readonly NoiseName[] {
  if (text === ALL_NOISE) return NOISE_NAMES;
  const words = text.split(',');
  const names = NOISE_NAMES.filter((name) => words.includes(name));
  if (names.length === new Set(words).size) return names;
  throw new InvalidArgumentError(`It takes ${ALL_NOISE}, or a list of ${NOISE_NAMES.join(', ')}.`);
}

function sample(text: string): number {
  const count = /^1\/(\d{1,10})$/.exec(text)?.[1];
  const value = Number(count ?? Number.NaN);
  if (value >= 1 && value <= MAX_U32) return value;
  throw new InvalidArgumentError(`It takes 1/N, such as 1/100: one of N drops, N from 1 to ${MAX_U32}.`);
}
