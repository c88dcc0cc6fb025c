import { writeIpv4, writeIpv6, writeMac } from '../dissect/addresses.js';
import { AsciiWriter } from '../dissect/asciiWriter.js';
import {
  ADDRESSES,
  CONTENT_ARP,
  CONTENT_ETHERNET,
  CONTENT_IPV4,
  CONTENT_IPV6,
  EXTENDED,
  FORM,
  hasPorts,
  isIcmp,
  LATER_FRAGMENT,
  PORTS,
  VLANS,
} from './flowKey.js';

/** What a FlowKey says about a packet. Undefined: the packet has no such thing. */
export interface FlowFacts {
  readonly network: 'IPv4' | 'IPv6' | 'ARP' | 'Ethernet' | undefined;
  /** Addresses as text: of IP, ARP's IPv4 addresses, or of Ethernet. */
  readonly source: string | undefined;
  readonly destination: string | undefined;
  /** Protocol number in the IP header. */
  readonly transport: number | undefined;
  readonly sourcePort: number | undefined;
  readonly destinationPort: number | undefined;
  /** ICMP's type and code. */
  readonly icmp: { readonly type: number; readonly code: number } | undefined;
  /** Whether the packet is a fragment that is not the first one. It has neither ports nor type and code. */
  readonly laterFragment: boolean;
  /** Whether an IPv6 packet has extension headers. */
  readonly extended: boolean;
  readonly etherType: number | undefined;
  /** VLAN identifiers, the outer one first. */
  readonly vlans: readonly number[];
}

const VLAN_ID = 0xfff;
const VLAN_THERE = 0x1000;

/** Reads the words of a FlowKey. Allocates: for the flows of a report, not for packets. */
export function flowFactsOf(words: Uint32Array): FlowFacts {
  const form = words[FORM]!;
  const content = (form >>> 8) & 0xff;
  const isIp = content === CONTENT_IPV4 || content === CONTENT_IPV6;
  const transport = isIp ? (form >>> 16) & 0xff : undefined;
  const ports = words[PORTS]!;
  const high = ports >>> 16;
  const low = ports & 0xffff;
  const laterFragment = (form & LATER_FRAGMENT) !== 0;
  const withPorts = transport !== undefined && !laterFragment && hasPorts(transport);
  const withType = transport !== undefined && !laterFragment && isIcmp(transport);
  return {
    network: NETWORKS[content],
    ...addressesOf(words, content),
    transport,
    sourcePort: withPorts ? high : undefined,
    destinationPort: withPorts ? low : undefined,
    icmp: withType ? { type: low >>> 8, code: low & 0xff } : undefined,
    laterFragment,
    extended: (form & EXTENDED) !== 0,
    etherType: content === CONTENT_ETHERNET ? words[ADDRESSES + 3] : undefined,
    vlans: [words[VLANS]! >>> 16, words[VLANS]! & 0xffff]
      .filter((tag) => tag & VLAN_THERE)
      .map((tag) => tag & VLAN_ID),
  };
}

const NETWORKS: Readonly<Record<number, FlowFacts['network']>> = {
  [CONTENT_ETHERNET]: 'Ethernet',
  [CONTENT_ARP]: 'ARP',
  [CONTENT_IPV4]: 'IPv4',
  [CONTENT_IPV6]: 'IPv6',
};

const MAX_ADDRESS_CHARACTERS = 39;
const text = new Uint8Array(MAX_ADDRESS_CHARACTERS);
const writer = new AsciiWriter();

function addressesOf(words: Uint32Array, content: number): Pick<FlowFacts, 'source' | 'destination'> {
  const bytes = new Uint8Array(4 * (words.length - ADDRESSES));
  const view = new DataView(bytes.buffer);
  for (let i = ADDRESSES; i < words.length; i++) view.setUint32(4 * (i - ADDRESSES), words[i]!);
  switch (content) {
    case CONTENT_IPV4:
      return { source: textOf(writeIpv4, bytes, 0), destination: textOf(writeIpv4, bytes, 4) };
    case CONTENT_IPV6:
      return { source: textOf(writeIpv6, bytes, 0), destination: textOf(writeIpv6, bytes, 16) };
    case CONTENT_ARP:
      return { source: textOf(writeIpv4, bytes, 4), destination: textOf(writeIpv4, bytes, 8) };
    case CONTENT_ETHERNET:
      return { source: textOf(writeMac, bytes, 6), destination: textOf(writeMac, bytes, 0) };
    default:
      return { source: undefined, destination: undefined };
  }
}

function textOf(write: typeof writeIpv4, bytes: Uint8Array, at: number): string {
  writer.begin(text, 0);
  write(writer, bytes, at);
  return Buffer.from(text.subarray(0, writer.at)).toString('latin1');
}
