import type { ReferenceAlert } from './recordingReference.js';

const SLL_HEADER_BYTES = 16;
/** Index of the lab's tunnel device. Its packets begin with an IP header. */
const IPIP1 = 6;
/** The lab's devices by index: names from `ip link` (iplink.json), if the recording has them; device types. */
export type KnownDevices = Readonly<Record<number, { readonly name?: string; readonly type: number }>>;

/** The expected packet in dropcap's output for an alert of the lab's recordings. */
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
 * The rules were written by hand for these recordings. Packets of ipip1 are raw IP. Packets without a device are netlink
 * messages with protocol 0. All other packets are Ethernet, also those of ifindex 3: this is a device of another network
 * namespace, not the tunnel that has this index here.
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

/** A LINKTYPE_LINUX_SLL header: packet type 0, ARPHRD_VOID, no address, protocol 0. */
const SLL_HEADER = Buffer.from('0000ffff000000000000000000000000', 'hex');

/** The classes of the lab's drops, by trap or reason. All drops without a reason are of ip6_mc_input. */
const CLASSES: Readonly<Record<string, string>> = {
  NO_SOCKET: 'host/no-listener',
  IP_NOPROTO: 'host/no-listener',
  OTHERHOST: 'host/not-for-us',
  NOT_SPECIFIED: 'host/not-for-us',
  NETFILTER_DROP: 'policy/l3/acl',
  QUEUE_PURGE: 'host/closing',
  ttl_value_is_too_small: 'errors/l3/ttl-expired',
};

/** The comment of a drop of the lab. Its strings need no percent-encoding; the module is split from the symbol. */
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
  const known = CLASSES[alert.trap ?? alert.reason ?? ''];
  if (known) words.push(`class=${known}`);
  return words.join(' ');
}

/** Seconds since 1970 with nine decimals, as tshark prints `frame.time_epoch`. */
export function epochText(timestampNs: bigint): string {
  const digits = timestampNs.toString().padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
