import { run } from './tools.js';

/** The first series of Wireshark with what some tests need. Seen with 3.4.10, 4.0.17, 4.4.19 and 4.6.9; 4.2 was not tried. */
const SINCE = {
  /** frame.drop_count. */
  'drop counts': 4.0,
  /** tshark shows and editcap keeps all comments of a packet, not only the last one. */
  'several comments': 4.0,
  /** mergecap takes files in which an interface comes after packets. */
  'later interfaces': 4.0,
  /** if_tsoffset is added to times. */
  'time offsets': 4.0,
  /** tshark -i reads a pipe reliably. 3.4 captures all packets, but sometimes shows only one, of no bytes. */
  'captures from pipes': 4.0,
  /** net_dm.timestamp is one number of nanoseconds. 3.4 takes its two halves for seconds and nanoseconds. */
  'times of alerts': 4.0,
  /** capinfos names link types by short words, such as ether. */
  'short link types': 4.0,
  /** CAN XL is a protocol after a cooked header. */
  'CAN XL after cooked headers': 4.4,
  /** A CAN XL frame is not taken for a malformed CAN frame. */
  'CAN XL': 4.0,
  /** Numbers such as CAN identifiers are decimal, and hexadecimal ones have the width of their field. */
  'plain numbers': 4.0,
  /** Flags are True and False. */
  'named flags': 4.4,
  /** frame.protocols does not name IP after MPLS. */
  'no IP after MPLS': 4.4,
  /** tshark -G folders reports the folder for personal extcap programs. */
  'personal extcap folder': 4.4,
  /** Absolute times are as in ISO 8601, in JSON also frame.time_epoch. */
  'ISO times': 4.6,
} as const;

type Feature = keyof typeof SINCE;

const SERIES = Number(/\(Wireshark\) (\d\.\d)/.exec(versionText())?.[1] ?? Infinity);

/** Whether the installed Wireshark has this. Without Wireshark true: the tests are skipped or fail by lacksTools(). */
export function wiresharkHas(feature: Feature): boolean {
  return SERIES >= SINCE[feature];
}

/** editcap -a of 4.0 adds a comment. 3.4, 4.4 and 4.6 replace the comments that a packet has. */
export const EDITCAP_ADDS_COMMENTS: boolean = SERIES === 4.0;

/** tshark's `frame.protocols` of MPLS with IPv4 in it, after the layers before. */
export const MPLS_PROTOCOLS: string = wiresharkHas('no IP after MPLS') ? 'mpls:udp' : 'mpls:ip:udp';

/** tshark's `can.id` of an identifier, and `can.flags.xtd`. */
export function canFields(id: number, extended: boolean): [string, string] {
  const text = wiresharkHas('plain numbers') ? `${id}` : hex(id, 8);
  return [text, wiresharkHas('named flags') ? (extended ? 'True' : 'False') : `${Number(extended)}`];
}

/** tshark's text of a 16-bit field that is shown in hexadecimal. */
export function hex16(value: number): string {
  return hex(value, wiresharkHas('plain numbers') ? 4 : 8);
}

/** tshark's `frame.time_epoch` in JSON, in nanoseconds since 1970 as decimal seconds. */
export function epochOfJson(text: string | undefined): string | undefined {
  const [, seconds, fraction] = /^(\d{4}-\S+)\.(\d{9})Z$/.exec(text ?? '') ?? [];
  return seconds !== undefined && wiresharkHas('ISO times')
    ? `${Date.parse(`${seconds}Z`) / 1000}.${fraction}`
    : text;
}

/** tshark's text of an absolute time in UTC, such as `net_dm.timestamp`. */
export function timeText(timestampNs: bigint): string {
  const date = new Date(Number(timestampNs / 1_000_000n));
  const fraction = (timestampNs % 1_000_000_000n).toString().padStart(9, '0');
  const iso = date.toISOString();
  if (wiresharkHas('ISO times')) return `${iso.slice(0, 19)}.${fraction}+0000`;
  const [month, day] = [date.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' }), date.getUTCDate()];
  return `${month} ${`${day}`.padStart(2)}, ${date.getUTCFullYear()} ${iso.slice(11, 19)}.${fraction} UTC`;
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

function versionText(): string {
  try {
    return run('tshark', ['--version']).stdout;
  } catch {
    return '';
  }
}
