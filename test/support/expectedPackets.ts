import type { ReferenceAlert } from './recordingReference.js';

const SLL_HEADER_BYTES = 16;
/** The tunnel of the lab, whose packets begin with their IP header. */
const IPIP1 = 6;
/** Names of the lab's devices, as `ip link` printed them (iplink.json), where the recording tells them. */
export type KnownDevices = Readonly<Record<number, { readonly name?: string; readonly type: number }>>;

/** What a packet in the output of a recording of the lab must be. */
export interface ExpectedPacket {
  readonly bytes: string;
  readonly capturedLength: number;
  readonly originalLength: number;
  readonly time: string;
  readonly linkType: number;
  readonly interfaceName: string;
  readonly interfaceDescription: string;
  readonly comment: string;
}

/**
 * Decided by hand, for these recordings: ipip1 gives bare IP packets; what comes from no device is a netlink
 * message of protocol 0; all else came by Ethernet, also on ifindex 3, which is another namespace's device than
 * the tunnel of that index here.
 */
export function expectedPacket(alert: ReferenceAlert, devices: KnownDevices): ExpectedPacket {
  const { ifindex, payload, originalLength } = alert;
  const cooked = ifindex === undefined;
  const bytes = cooked ? Buffer.concat([SLL_HEADER, payload]) : payload;
  const [linkType, framing] = cooked
    ? [113, 'Linux cooked']
    : ifindex === IPIP1
      ? [101, 'raw IP']
      : [1, 'Ethernet'];
  const device = ifindex === undefined ? undefined : devices[ifindex];
  const known = device?.name;
  const type = device ? `, ARPHRD ${device.type}` : '';
  const name = alert.portName ?? known;
  const remark =
    alert.portName === undefined && known !== undefined ? '; name from the first network namespace' : '';
  return {
    bytes: bytes.toString('hex'),
    capturedLength: bytes.length,
    originalLength: originalLength + (cooked ? SLL_HEADER_BYTES : 0),
    time: epochText(alert.timestampNs),
    linkType,
    interfaceName: cooked ? 'dropmon' : (name ?? `ifindex${ifindex}`),
    interfaceDescription: cooked
      ? `no input device, ${framing}`
      : `ifindex ${ifindex}, ${framing}${type}${remark}`,
    comment: expectedComment(alert, name),
  };
}

/** Packet type 0, ARPHRD_VOID, no address, protocol 0. */
const SLL_HEADER = Buffer.from('0000ffff000000000000000000000000', 'hex');

/** The comment of a drop of the lab, whose strings need no encoding but for the module behind a symbol. */
function expectedComment(alert: ReferenceAlert, name: string | undefined): string {
  const [symbol, module] = (alert.symbol ?? '').split(' ');
  const hexOf = (value: bigint | number) => `0x${value.toString(16)}`;
  const words = ['dropcap:'];
  if (alert.reason) words.push(`reason=${alert.reason}`);
  if (alert.trap) words.push(`trap=${alert.trap}`);
  if (alert.trapGroup) words.push(`group=${alert.trapGroup}`);
  if (symbol) words.push(`symbol=${symbol}`);
  if (module) words.push(`module=${/^\[(\w+)\]$/.exec(module)![1]}`);
  if (alert.pc !== undefined) words.push(`pc=${hexOf(alert.pc)}`);
  if (name) words.push(`if=${name}`);
  if (alert.ifindex !== undefined) words.push(`ifindex=${alert.ifindex}`);
  if (alert.protocol !== undefined) words.push(`proto=0x${alert.protocol.toString(16).padStart(4, '0')}`);
  words.push(alert.origin === 1 ? 'origin=hw' : 'origin=sw');
  return words.join(' ');
}

/** Seconds since 1970 with nine digits, as tshark prints `frame.time_epoch`. */
export function epochText(timestampNs: bigint): string {
  const digits = timestampNs.toString().padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
