import { fileURLToPath, pathToFileURL } from 'node:url';
import { PACKAGE_FOLDER } from '../packageFolder.js';
import { VERSION } from '../version.js';

/** Name of the interface in Wireshark's list, and of the program in its extcap folder. */
export const INTERFACE = 'dropmon';

/** Numbers of the controls in Wireshark's toolbar. */
export const CAPTURED_CONTROL = 0;
export const LOST_CONTROL = 1;
export const LOG_CONTROL = 2;

/** The options of a capture: their names are keys of Wireshark's preferences too (extcap.dropmon.NAME, without dashes). */
export const ORIGIN = '--origin';
export const SNAPSHOT_LENGTH = '--snapshot-length';
export const QUEUE_LENGTH = '--queue-length';
export const DEVICE = '--device';
export const FILTER = '--filter';
export const HIDE_NOISE = '--hide-noise';

/** The largest values that Wireshark offers: an alert has at most 65,535 bytes; the guard refuses longer queues. */
const MAX_SNAPSHOT_LENGTH = 65_535;
const MAX_QUEUE_LENGTH = 262_144;

type Fields = Readonly<Record<string, string | number>>;

/** A line of an answer (doc/extcap.4 of Wireshark): `word {key=value}{key=value}`. */
function sentence(word: string, fields: Fields): string {
  const pairs = Object.entries(fields).map(
    ([key, value]) => `{${key}=${String(value).replace(/[{}]/g, '')}}`,
  );
  return `${word} ${pairs.join('')}\n`;
}

/** What dropcap offers: the interface, and the controls of its toolbar. */
export function interfacesText(): string {
  const help = pathToFileURL(fileURLToPath(new URL('docs/wireshark.md', PACKAGE_FOLDER))).href;
  return [
    sentence('extcap', { version: VERSION, help, display: 'dropcap' }),
    sentence('interface', { value: INTERFACE, display: 'Dropped packets' }),
    sentence('control', {
      number: CAPTURED_CONTROL,
      type: 'string',
      display: 'Captured',
      tooltip: 'Drops that were captured so far',
    }),
    sentence('control', {
      number: LOST_CONTROL,
      type: 'string',
      display: 'Lost',
      tooltip: 'Drops that were lost: queue drops in the kernel, and overruns of the receive buffer',
    }),
    sentence('control', {
      number: LOG_CONTROL,
      type: 'button',
      role: 'logger',
      display: 'Log',
      tooltip: 'When drops were lost, and what the capture reports',
    }),
  ].join('');
}

/**
 * The link types. A file of dropcap has the link type of each packet, and Wireshark does not pass the choice of a link
 * type: so one entry, with the number that stands for any type (DLT_USER0, as Wireshark's sshdump has it).
 */
export function linkTypesText(): string {
  return sentence('dlt', { number: 147, name: 'USER0', display: 'Own link type of each packet' });
}

/**
 * The options of a capture. Each has a default here and in the capture: Wireshark sends only the defaults of numbers.
 */
export function configText(): string {
  return [
    argument(0, ORIGIN, 'Origin', 'selector', { tooltip: 'Which drops are captured' }),
    sentence('value', { arg: 0, value: 'all', display: 'Kernel and hardware', default: 'true' }),
    sentence('value', { arg: 0, value: 'sw', display: 'Kernel', default: 'false' }),
    sentence('value', { arg: 0, value: 'hw', display: 'Hardware of a switch', default: 'false' }),
    argument(1, SNAPSHOT_LENGTH, 'Bytes of each packet', 'unsigned', {
      tooltip: 'Keep at most this number of bytes of each packet. 0 keeps all',
      range: `0,${MAX_SNAPSHOT_LENGTH}`,
      default: 0,
    }),
    argument(2, QUEUE_LENGTH, 'Queue length', 'unsigned', {
      tooltip: 'Packets that the kernel queues on each processor. 0: chosen by memory',
      range: `0,${MAX_QUEUE_LENGTH}`,
      default: 0,
    }),
    argument(3, DEVICE, 'Network interface', 'string', {
      tooltip: 'Only packets that came from this interface. * stands for any characters',
      placeholder: 'all, as eth0 or eth*',
    }),
    argument(4, FILTER, 'Filter', 'string', {
      tooltip: 'Only drops that fit this expression of dropcap',
      placeholder: 'tcp port 443 and reason = NETFILTER_DROP',
    }),
    argument(5, HIDE_NOISE, 'Hide noise', 'boolflag', {
      tooltip: 'Leave out drops that are no loss, such as the queues of closed sockets',
      default: 'false',
    }),
  ].join('');
}

function argument(number: number, call: string, display: string, type: string, fields: Fields): string {
  return sentence('arg', { number, call, display, type, ...fields });
}
