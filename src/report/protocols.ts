import { CONTENT_ARP, CONTENT_ETHERNET, CONTENT_IPV4, CONTENT_IPV6 } from '../stage/flowKey.js';

/** Protocol numbers of IP (IANA) with the names that people know. */
const TRANSPORTS: ReadonlyMap<number, string> = new Map([
  [1, 'ICMP'],
  [2, 'IGMP'],
  [4, 'IPIP'],
  [6, 'TCP'],
  [17, 'UDP'],
  [33, 'DCCP'],
  [41, 'IPv6 in IP'],
  [47, 'GRE'],
  [50, 'ESP'],
  [51, 'AH'],
  [58, 'ICMPv6'],
  [88, 'EIGRP'],
  [89, 'OSPF'],
  [103, 'PIM'],
  [112, 'VRRP'],
  [115, 'L2TP'],
  [132, 'SCTP'],
  [136, 'UDP-Lite'],
]);

/** The smallest type of an Ethernet frame: smaller numbers are lengths (IEEE 802.3). */
export const MIN_ETHER_TYPE = 0x600;

/** Name of a protocol in an IP header. */
export function transportName(transport: number): string {
  return TRANSPORTS.get(transport) ?? `protocol ${transport}`;
}

/** Name of what the protocol words of a FlowKey say: the content, and from bit 8 on the protocol in the IP header. */
export function protocolName(words: number): string {
  const transport = words >>> 8;
  switch (words & 0xff) {
    case CONTENT_IPV4:
      return `IPv4 ${transportName(transport)}`;
    case CONTENT_IPV6:
      return `IPv6 ${transportName(transport)}`;
    case CONTENT_ARP:
      return 'ARP';
    case CONTENT_ETHERNET:
      return 'other Ethernet';
    default:
      return 'not Ethernet, not IP';
  }
}
