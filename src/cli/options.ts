import { InvalidArgumentError, Option } from 'commander';
import type { DropOrigin } from '../drop/origin.js';
import type { LinkTypeName } from '../outlet/createEncoder.js';

/** The capture's options as commander hands them over. */
export interface CliOptions {
  readonly write?: string;
  readonly read?: string;
  readonly count?: number;
  readonly snapshotLength?: number;
  readonly bufferSize?: number;
  readonly queueLength?: number;
  readonly origin: 'sw' | 'hw' | 'all';
  readonly duration?: number;
  readonly format: 'pcapng' | 'pcap';
  readonly linktype?: LinkTypeName;
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
}

const MAX_U32 = 0xffffffff;
/** What the guard takes (native/guard): a receive buffer of 256 MiB, and queues of that many packets. */
const MAX_BUFFER_KIB = 262_144;
const MAX_QUEUE_LENGTH = 262_144;
/** setTimeout's limit in seconds: 24 days. */
const MAX_DURATION_SECONDS = 2_147_483;

/** The options of a capture, with tcpdump's letters where tcpdump has one. */
export function captureOptions(): Option[] {
  const number = (flags: string, text: string, least: number, most: number) =>
    new Option(flags, text).argParser(wholeNumber(least, most));
  return [
    new Option('-w, --write <file>', 'write the drops to a capture file; - is standard output'),
    new Option(
      '-r, --read <file>',
      "read dropcap's own file, or a recording of netlink messages, instead of capturing; - is standard input",
    ),
    number('-c, --count <count>', 'end after that many drops', 1, MAX_U32),
    number(
      '-s, --snapshot-length <bytes>',
      'take at most that many bytes of a packet; 0: all (the default)',
      0,
      MAX_U32,
    ),
    number(
      '-B, --buffer-size <KiB>',
      'size of the receive buffer (default: by memory, 8192 to 65536)',
      1,
      MAX_BUFFER_KIB,
    ),
    number(
      '--queue-length <packets>',
      'packets that the kernel queues on each processor (default: by memory, 1000 to 32768)',
      1,
      MAX_QUEUE_LENGTH,
    ),
    new Option('--origin <origin>', 'drops of the kernel, of the hardware, or both')
      .choices(['sw', 'hw', 'all'])
      .default('all'),
    new Option('--duration <seconds>', 'end after that time').argParser(seconds),
    new Option('--format <format>', 'of the capture file').choices(['pcapng', 'pcap']).default('pcapng'),
    new Option(
      '-y, --linktype <type>',
      'write one link type for all packets: NETLINK, LINUX_SLL2 (default: the true one of each)',
    ).argParser(linkTypeName),
    new Option('-L, --list-data-link-types', 'list what -y takes, and end'),
    new Option('--json', 'print the drops as JSON, an object a line'),
    new Option('--passive', 'only listen: neither configure nor start the monitor').conflicts('takeover'),
    new Option('--takeover', "turn another program's monitoring off, and start anew"),
    new Option(
      '-Z, --relinquish-privileges <user>',
      'go on as that user once everything is opened (default: who called sudo)',
    ),
    new Option(
      '--kallsyms <file>',
      "the kernel's symbols, for a recording: a copy of /proc/kallsyms, gzipped or not",
    ),
    new Option('--no-pc', 'leave out program counters, which tell where the kernel was loaded'),
    new Option('--force', 'let -w overwrite a file that is there'),
    new Option('-q, --quiet', 'print no counters'),
    new Option(
      '-v, --verbose',
      'print all that is known of each drop, or with -w the settings of the capture',
    ),
    new Option('-D, --list-interfaces', 'list what can be captured from, and end'),
  ];
}

/** The drop origin that an `--origin` asks for; undefined for both. */
export function originOf(option: CliOptions['origin']): DropOrigin | undefined {
  if (option === 'all') return undefined;
  return option === 'sw' ? 'software' : 'hardware';
}

/** Link types that one file can have for all its packets, with what they are. */
export const LINK_TYPES: readonly (readonly [LinkTypeName, string])[] = [
  ['NETLINK', "the kernel's own messages, for Wireshark's net_dm dissector"],
  ['LINUX_SLL2', 'packets behind a cooked header, for tools that read one link type a file'],
];

function linkTypeName(text: string): LinkTypeName {
  const name = text.toUpperCase().replace(/^(LINKTYPE|DLT)_/, '');
  const known = LINK_TYPES.find(([type]) => type === name);
  if (known) return known[0];
  throw new InvalidArgumentError(`It takes ${LINK_TYPES.map(([type]) => type).join(' or ')}.`);
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}.`);
  };
}

function seconds(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value <= MAX_DURATION_SECONDS) return value;
  throw new InvalidArgumentError(`It takes a number of seconds above 0, up to ${MAX_DURATION_SECONDS}.`);
}
