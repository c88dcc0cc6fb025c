import { describe, expect, test } from 'vitest';
import { tsharkFields } from '../support/tshark.js';
import type { CapturedDrop } from './judges.js';
import { machine } from './machine.js';

/** A drop of linkTypes.sh, and what tshark must find in the file. */
interface Case {
  /** Name of the drop in linkTypes.sh. */
  readonly drop: string;
  /** Name of the interface. */
  readonly device: string | RegExp;
  readonly linkType: number;
  /** The protocols that tshark finds, from the outer to the inner. The contents may follow. */
  readonly protocols: string;
  /** A display filter that matches the packet. */
  readonly shows?: string;
  /** Text in the packet's bytes. Default: `dropcap-DROP`. */
  readonly contents?: string;
  /** The only kernels that report this drop. Default: all. */
  readonly kernels?: readonly string[];
}

/** A packet that is sent has no input device. */
const NONE = 'dropmon';
/** The first namespace's device with the index cannot be the input device. */
const UNNAMED = /^ifindex\d+$/;
const ETHERNET_IP = { linkType: 1, protocols: 'eth:ethertype:ip:udp' };
const RAW_IP = { linkType: 101, protocols: 'raw:ip:udp' };
const RAW_IPV6 = { linkType: 101, protocols: 'raw:ipv6:udp' };
const BEACON = 'wlan.fc.type_subtype == 8';
const RADIOTAP = { linkType: 127, protocols: 'radiotap:wlan_radio:wlan', shows: BEACON };
const WPAN = { linkType: 230, protocols: 'wpan:6lowpan:ipv6:udp' };
/** Wireshark 4.0 reads CAN XL as CAN: the priority is in the place of the identifier. */
const CAN = { linkType: 227, protocols: 'can', shows: 'can.id == 0x123 && can.flags.err == 0' };
const CAN_FD = { linkType: 227, protocols: 'can', shows: 'can.id == 0x123 && canfd.flags.esi == 0' };
const COOKED = { linkType: 113, protocols: 'sll:data' };

const CASES: readonly Case[] = [
  { drop: 'veth-rx', device: 'dc0', ...ETHERNET_IP },
  { drop: 'veth-tx', device: NONE, ...ETHERNET_IP },
  { drop: 'vlan-rx', device: 'dc0.43', ...ETHERNET_IP },
  { drop: 'vlan-tx', device: NONE, ...ETHERNET_IP },
  { drop: 'bridge-rx', device: 'lt-bridge', ...ETHERNET_IP },
  { drop: 'bridge-tx', device: NONE, ...ETHERNET_IP },
  { drop: 'macvlan-rx', device: 'lt-macvlan', ...ETHERNET_IP },
  { drop: 'macvlan-tx', device: NONE, ...ETHERNET_IP },
  { drop: 'tap-rx', device: 'lt-tap', ...ETHERNET_IP },
  { drop: 'tap-tx', device: NONE, ...ETHERNET_IP },
  { drop: 'gretap-rx', device: 'lt-gretap', ...ETHERNET_IP },
  { drop: 'gretap-tx', device: NONE, ...ETHERNET_IP },
  { drop: 'vxlan-rx', device: 'lt-vxlan', ...ETHERNET_IP },
  { drop: 'vxlan-tx', device: NONE, ...ETHERNET_IP },
  { drop: 'geneve-rx', device: 'lt-geneve', ...ETHERNET_IP },
  { drop: 'geneve-tx', device: NONE, ...ETHERNET_IP },
  { drop: 'lo-rx', device: 'lo', ...ETHERNET_IP },
  { drop: 'lo-tx', device: NONE, ...ETHERNET_IP },
  { drop: 'tun-rx', device: 'lt-tun', ...RAW_IP },
  { drop: 'tun-tx', device: NONE, ...RAW_IP },
  { drop: 'tun6-rx', device: 'lt-tun', ...RAW_IPV6 },
  { drop: 'tun6-tx', device: NONE, ...RAW_IPV6 },
  { drop: 'wireguard-rx', device: 'lt-wireguard', ...RAW_IP },
  { drop: 'wireguard-tx', device: NONE, ...RAW_IP },
  { drop: 'ipip-rx', device: 'dct0', ...RAW_IP },
  { drop: 'ipip-tx', device: NONE, ...RAW_IP },
  { drop: 'sit-rx', device: 'lt-sit', ...RAW_IPV6 },
  { drop: 'sit-tx', device: NONE, ...RAW_IPV6 },
  { drop: 'gre-rx', device: 'lt-gre', ...RAW_IP },
  { drop: 'gre-tx', device: NONE, ...RAW_IP },
  // The outer header stays in front: it is in the place of the link-layer header of a GRE device without remote.
  { drop: 'mgre-rx', device: 'lt-mgre', linkType: 101, protocols: 'raw:ip:gre:ip:udp' },
  { drop: 'mgre-tx', device: NONE, linkType: 101, protocols: 'raw:ip:gre:ip:udp' },
  { drop: 'mgre6-rx', device: 'lt-mgre', linkType: 101, protocols: 'raw:ip:gre:ipv6:udp' },
  { drop: 'mgre6-tx', device: NONE, linkType: 101, protocols: 'raw:ip:gre:ipv6:udp' },
  { drop: 'ip6gre-rx', device: 'lt-ip6gre', ...RAW_IP },
  { drop: 'ip6gre-tx', device: NONE, ...RAW_IP },
  { drop: 'ip6tnl-rx', device: 'lt-ip6tnl', ...RAW_IP },
  { drop: 'ip6tnl-tx', device: NONE, ...RAW_IP },
  { drop: 'ip6tnl6-rx', device: 'lt-ip6tnl', ...RAW_IPV6 },
  { drop: 'ip6tnl6-tx', device: NONE, ...RAW_IPV6 },
  { drop: 'ppp-rx', device: 'ppp0', ...RAW_IP },
  { drop: 'ppp-tx', device: NONE, ...RAW_IP },
  { drop: 'slip-rx', device: 'sl0', ...RAW_IP },
  { drop: 'slip-tx', device: NONE, ...RAW_IP },
  { drop: 'mpls-rx', device: 'dc0', linkType: 1, protocols: 'eth:ethertype:mpls:ip:udp' },
  { drop: 'mpls-tx', device: NONE, linkType: 1, protocols: 'eth:ethertype:mpls:ip:udp' },
  { drop: 'mplsgre-rx', device: 'lt-gre', linkType: 113, protocols: 'sll:mpls:ip:udp' },
  { drop: 'mplsgre-tx', device: NONE, linkType: 113, protocols: 'sll:ethertype:mpls:ip:udp' },
  { drop: 'snap-rx', device: 'dc0', linkType: 1, protocols: 'eth:llc:ip:udp' },
  { drop: 'snap-tx', device: NONE, linkType: 1, protocols: 'eth:llc:ip:udp' },
  { drop: 'stp-rx', device: 'dc0', linkType: 1, protocols: 'eth:llc:stp', contents: 'dcstpr' },
  { drop: 'ipx-rx', device: 'dc0', linkType: 1, protocols: 'eth:ipx' },
  { drop: 'ipx-tx', device: NONE, linkType: 1, protocols: 'eth:ipx' },
  { drop: 'can-rx', device: 'vxcan0', contents: 'dc-canrx', ...CAN },
  { drop: 'can-tx', device: NONE, contents: 'dc-cantx', ...CAN },
  { drop: 'canfd-rx', device: 'vxcan0', ...CAN_FD },
  { drop: 'canfd-tx', device: NONE, ...CAN_FD },
  { drop: 'canxl-rx', device: 'vxcan0', ...CAN },
  { drop: 'canxl-tx', device: NONE, ...CAN },
  { drop: 'radiotap-rx', device: 'hwsim0', ...RADIOTAP },
  { drop: 'radiotap-rx', device: 'wlan1', ...RADIOTAP },
  { drop: 'radiotap-tx', device: NONE, ...RADIOTAP },
  { drop: 'wpan-rx', device: 'wpan1', ...WPAN },
  { drop: 'wpan-tx', device: NONE, ...WPAN },
  { drop: 'wpanmon-rx', device: 'lt-wpanmon', ...WPAN, linkType: 195, shows: 'wpan.fcs_ok == 1' },
  { drop: 'version-rx', device: NONE, ...COOKED },
  // 6.1 does not report the unread messages of a closed netlink socket.
  { drop: 'netlink-rx', device: NONE, ...COOKED, kernels: ['6.12'] },
  { drop: 'nlmon-tx', device: NONE, linkType: 253, protocols: 'netlink', shows: 'netlink.hdr_type == 100' },
  // tun devices with another device type: see linkTypes.sh.
  { drop: 'ipoib-rx', device: 'lt-ipoib', ...RAW_IP },
  { drop: '80211-rx', device: 'lt-80211', linkType: 105, protocols: 'wlan', shows: BEACON },
  { drop: 'prism-rx', device: 'lt-prism', linkType: 119, protocols: 'prism:wlan_radio:wlan', shows: BEACON },
  { drop: 'dsa-rx', device: 'lt-dsa', ...ETHERNET_IP },
  // The index is that of lt-same, but the sender's address is that of lt-outside.
  { drop: 'elsewhere-rx', device: UNNAMED, ...ETHERNET_IP },
  // Packets that are forwarded.
  { drop: 'route-rx', device: 'dc0', ...ETHERNET_IP },
  { drop: 'down-rx', device: UNNAMED, ...RAW_IP },
  { drop: 'up-rx', device: UNNAMED, ...ETHERNET_IP },
];

/** TCP segments merged to packets that are too long for an alert. With IPv4, kernels since 6.3 make them. */
const SUPER_PACKETS: readonly Case[] = [
  {
    drop: 'super4-rx',
    device: 'lt-super',
    linkType: 1,
    protocols: 'eth:ethertype:ip:tcp',
    kernels: ['6.12'],
  },
  { drop: 'super6-rx', device: 'lt-super', linkType: 1, protocols: 'eth:ethertype:ipv6:ipv6.hopopts:tcp' },
];
/** The largest packet in an alert: the attribute's length has 16 bits, and includes its header of 4 bytes. */
const MAX_IN_ALERT = 65_527;

describe.each(['6.12', '6.1'])('link types of Linux %s', (kernel) => {
  const guest = machine(kernel, ['linkTypes']);
  let drops: CapturedDrop[] | undefined;
  const captured = () => (drops ??= guest.drops('linkTypes.pcapng'));

  const ofCase = ({ drop, device, contents = `dropcap-${drop}` }: Case) =>
    captured().filter(
      ({ bytes, interfaceName }) =>
        bytes.includes(contents) &&
        (typeof device === 'string' ? interfaceName === device : device.test(interfaceName)),
    );

  const expectDissected = (drop: CapturedDrop, { linkType, protocols, shows }: Case) => {
    expect(drop).toMatchObject({ linkType, malformed: false });
    expect(`${drop.protocols}:`.slice(0, protocols.length + 1)).toBe(`${protocols}:`);
    if (shows === undefined) return;
    const frame = captured().indexOf(drop) + 1;
    expect(tsharkFields(guest.path('linkTypes.pcapng'), shows, ['frame.number'])).toContainEqual([
      `${frame}`,
    ]);
  };

  test('lost nothing', () => {
    expect([guest.status('linkTypes'), guest.text('linkTypes.err')]).toEqual([
      0,
      expect.stringContaining('\n0 queue drops\n0 overruns\n0 malformed alerts\n'),
    ]);
  });

  test.each(CASES)('$drop on $device: link type $linkType, $protocols', (each) => {
    const found = ofCase(each);
    const reported = each.kernels?.includes(kernel) ?? true;
    expect(found).toHaveLength(reported ? 1 : 0);
    for (const drop of found) expectDissected(drop, each);
  });

  test.each(['proto0-tx', 'proto3-tx'])(
    '%s: Ethernet and raw IPv4 when the protocol is not known',
    (drop) => {
      const found = ofCase({ drop, device: NONE, ...ETHERNET_IP });
      expect(found.map(({ linkType, protocols }) => `${linkType} ${protocols}`).toSorted()).toEqual([
        '1 eth:ethertype:ip:udp:data',
        '101 raw:ip:udp:data',
        '101 raw:ip:udp:data',
      ]);
    },
  );

  test.each(SUPER_PACKETS)('$drop: more bytes than an alert can hold, $protocols', (each) => {
    // TCP itself can drop a segment of the transfer, which is no longer than others.
    const found = ofCase(each).filter(({ length }) => length > 65_535);
    const made = each.kernels?.includes(kernel) ?? true;
    expect(found.length > 0).toBe(made);
    for (const drop of found) {
      expectDissected(drop, each);
      expect(drop.bytes).toHaveLength(MAX_IN_ALERT);
    }
  });
});
