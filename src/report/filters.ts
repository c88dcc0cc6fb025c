import type { FlowFacts } from '../stage/flowFacts.js';
import type { KindNames } from './names.js';
import { MIN_ETHER_TYPE, transportName } from './protocols.js';

/** The same choice of drops for dropcap and for Wireshark with dropcap's plugin. */
export interface FilterPair {
  /** Undefined: dropcap's expressions cannot say it. */
  readonly dropcap: string | undefined;
  readonly display: string;
}

/** A value that needs no quotation marks, and has no `*`. */
const PLAIN = /^[\w.:@/+-]+$/;

/** Drops whose fact equals a value. Undefined for a value that cannot be written plainly. */
export function equalFilter(key: string, field: string, value: string | null): FilterPair | undefined {
  if (value === null || !PLAIN.test(value)) return undefined;
  return { dropcap: `${key} = ${value}`, display: `${field} == "${value}"` };
}

/** Drops from a device: by the name, or by the index when the name is not known. */
export function interfaceFilter(name: string): FilterPair | undefined {
  const index = /^ifindex(\d+)$/.exec(name)?.[1];
  if (index === undefined) return equalFilter('iface', 'dropcap.interface', name);
  return {
    dropcap: `ifindex = ${index} and iface != *`,
    display: `dropcap.ifindex == ${index} && !dropcap.interface`,
  };
}

/** Drops of a function. Wireshark's field has the offset after its name. */
function functionFilter(name: string | null): FilterPair | undefined {
  if (name === null || !PLAIN.test(name)) return undefined;
  return { dropcap: `symbol = ${name}`, display: `dropcap.symbol matches "^${name}[.+]"` };
}

/** Drops of a function; of a trap group for hardware drops. */
export function placeFilter({ function: name, place }: KindNames): FilterPair | undefined {
  return name === null ? equalFilter('trapgroup', 'dropcap.trap_group', place) : functionFilter(name);
}

/** Drops of a cause. Undefined when a filter cannot say one of its facts: it would choose more drops. */
export function causeFilter({ reason, trap, function: name }: KindNames): FilterPair | undefined {
  const filters = [
    { value: reason, filter: equalFilter('reason', 'dropcap.reason', reason) },
    { value: trap, filter: equalFilter('trap', 'dropcap.trap', trap) },
    { value: name, filter: functionFilter(name) },
  ].filter(({ value }) => value !== null);
  if (filters.some(({ filter }) => filter === undefined)) return undefined;
  return allOf(filters.map(({ filter }) => filter));
}

/** Drops that fit all filters. Undefined when there is none. */
export function allOf(filters: readonly (FilterPair | undefined)[]): FilterPair | undefined {
  const some = filters.filter((filter) => filter !== undefined);
  if (some.length === 0) return undefined;
  const terms = some.map(({ dropcap }) => dropcap);
  return {
    dropcap: terms.includes(undefined) ? undefined : terms.join(' and '),
    display: some.map(({ display }) => display).join(' && '),
  };
}

/** The packets of a flow. */
export function flowFilter(flow: FlowFacts): FilterPair | undefined {
  const { network, source, destination, vlans } = flow;
  const tags = vlans.map((id) => ({ dropcap: `vlan ${id}`, display: `vlan.id == ${id}` }));
  switch (network) {
    case 'IPv4':
    case 'IPv6': {
      const field = network === 'IPv4' ? 'ip' : 'ipv6';
      const addresses = {
        dropcap: `src host ${source} and dst host ${destination}`,
        display: `${field}.src == ${source} && ${field}.dst == ${destination}`,
      };
      return allOf([...tags, addresses, ...transportFilters(flow)]);
    }
    case 'ARP':
      return allOf([
        ...tags,
        {
          dropcap: `arp src host ${source} and arp dst host ${destination}`,
          display: `arp.src.proto_ipv4 == ${source} && arp.dst.proto_ipv4 == ${destination}`,
        },
      ]);
    case 'Ethernet':
      return allOf([
        ...tags,
        {
          dropcap: `ether src ${source} and ether dst ${destination}`,
          display: `eth.src == ${source} && eth.dst == ${destination}`,
        },
        etherTypeFilter(flow),
      ]);
    default:
      return undefined;
  }
}

/** Frames of a type, or LLC frames of a length, for which pcap-filter(7) has no term that also fits VLANs. */
function etherTypeFilter({ etherType = 0, vlans }: FlowFacts): FilterPair {
  const isType = etherType >= MIN_ETHER_TYPE;
  const number = isType ? `0x${etherType.toString(16).padStart(4, '0')}` : `${etherType}`;
  const field = vlans.length > 0 ? (isType ? 'vlan.etype' : 'vlan.len') : isType ? 'eth.type' : 'eth.len';
  return {
    dropcap: isType ? `ether proto ${number}` : undefined,
    display: `${field} == ${number}`,
  };
}

/** Protocols whose ports pcap-filter(7) knows. */
const WITH_PORTS = ['TCP', 'UDP', 'SCTP'];
/** Where Wireshark's fields have the ports of other protocols. */
const OTHER_PORTS: Readonly<Record<string, string>> = { DCCP: 'dccp', 'UDP-Lite': 'udp' };

function transportFilters(flow: FlowFacts): FilterPair[] {
  const { transport, network, sourcePort, destinationPort, icmp, extended, laterFragment } = flow;
  if (transport === undefined) return [];
  const name = transportName(transport);
  const proto = name.toLowerCase();
  const isIpv4 = network === 'IPv4';
  // libpcap does not read the headers after extension headers.
  const pair = (dropcap: string, display: string) => [{ dropcap: extended ? undefined : dropcap, display }];
  if (laterFragment)
    return pair(
      `ip proto ${transport} and ip[6:2] & 0x1fff != 0`,
      isIpv4 ? `ip.proto == ${transport} && ip.frag_offset > 0` : 'ipv6.fraghdr.offset > 0',
    );
  if (icmp) {
    const [term, field] = isIpv4 ? ['icmp', 'icmp'] : ['icmp6', 'icmpv6'];
    return pair(
      `${term}[0] = ${icmp.type} and ${term}[1] = ${icmp.code}`,
      `${field}.type == ${icmp.type} && ${field}.code == ${icmp.code}`,
    );
  }
  const other = OTHER_PORTS[name];
  if (other !== undefined) {
    const display = `${isIpv4 ? 'ip.proto' : 'ipv6.nxt'} == ${transport} && ${other}.srcport == ${sourcePort} && ${other}.dstport == ${destinationPort}`;
    return [{ dropcap: undefined, display }];
  }
  if (!WITH_PORTS.includes(name))
    return pair(
      `${isIpv4 ? 'ip' : 'ip6'} proto ${transport}`,
      isIpv4 ? `ip.proto == ${transport}` : `ipv6.nxt == ${transport}`,
    );
  return pair(
    `${proto} src port ${sourcePort} and ${proto} dst port ${destinationPort}`,
    `${proto}.srcport == ${sourcePort} && ${proto}.dstport == ${destinationPort}`,
  );
}
