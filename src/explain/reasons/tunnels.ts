import type { Explanations } from '../explanation.js';

const NOT_TOLD = 'The sender is not told. TCP inside of the tunnel sends again.';

/** Drop reasons of VXLAN and other tunnels. */
export const TUNNELS: Explanations = {
  VXLAN_INVALID_HDR: {
    what: 'The VXLAN header of a packet has no VNI flag, or sets bits that the VXLAN device does not allow.',
    causes: [
      [
        'The other end uses an extension, such as group policy (GBP) or GPE, and this end does not.',
        'The header has flags besides 0x08, and ip -d link show lists no gbp or gpe.',
      ],
      [
        'The port gets packets that are not VXLAN, for example Geneve, or VXLAN on an old port.',
        'The first byte after the UDP header has not the bit 0x08.',
      ],
      [
        'The other end sets reserved bits, which must be 0.',
        'The last byte of the VXLAN header is not 0. In 7.3, a device can be set to allow such bits.',
      ],
    ],
    sender: NOT_TOLD,
    counters:
      'Linux 6.12: none. Linux 7.3: rx_frame_errors and rx_errors of the VXLAN device for bits that are not allowed, none for a missing VNI flag.',
    next: [
      "dropcap -r FILE 'reason = VXLAN_INVALID_HDR'",
      'ip -d link show type vxlan',
      'ss -u -l -n -e',
      'ip -s -s link show dev VXLAN',
    ],
    source: ['6.12 drivers/net/vxlan/vxlan_core.c vxlan_rcv'],
  },
  VXLAN_VNI_NOT_FOUND: {
    what: 'A VXLAN packet came with a network number (VNI) for which this host has no VXLAN device on that port.',
    causes: [
      [
        'The VXLAN device of that VNI is missing, or has another port.',
        'ip -d link show type vxlan lists no device with that id and dstport.',
      ],
      [
        'The device filters VNIs, and this VNI is not in its list.',
        'ip -d link show lists vnifilter, and bridge vni show does not list the VNI.',
      ],
      [
        'The other end has a wrong VNI or sends to all hosts, also to those without this network.',
        'The packets carry broadcasts or multicasts, or come from one remote end only.',
      ],
      [
        'Linux 7.3 also on output: the remote address is of this host, and no VXLAN device here has the VNI.',
        'tx_errors of the VXLAN device rises.',
      ],
    ],
    sender: NOT_TOLD,
    counters: 'Input: none. Output in 7.3: tx_errors of the VXLAN device.',
    next: [
      'ip -d link show type vxlan',
      'bridge vni show',
      "dropcap -r FILE 'reason = VXLAN_VNI_NOT_FOUND'",
      'ip -s -s link show dev VXLAN',
    ],
    source: [
      '6.12 drivers/net/vxlan/vxlan_core.c vxlan_rcv',
      '7.3 drivers/net/vxlan/vxlan_core.c encap_bypass_if_local',
    ],
  },
  VXLAN_ENTRY_EXISTS: {
    what: 'A VXLAN packet came from another remote end than the one that the forwarding table holds for its source MAC address. The table entry is fixed, so the packet is dropped.',
    causes: [
      [
        'A virtual machine or container moved to another host, and the control plane did not update the entry.',
        'bridge fdb show lists the MAC address with the old remote end as dst.',
      ],
      [
        'Learning is on, although a control plane sets all entries.',
        'ip -d link show lists no nolearning, and the entries are permanent, or have nhid.',
      ],
      [
        'Two hosts use the same MAC address, or somebody forges an address.',
        'Packets with the same source MAC address come from both remote ends.',
      ],
    ],
    sender: NOT_TOLD,
    counters: 'None.',
    next: [
      'bridge fdb show dev VXLAN',
      'ip -d link show dev VXLAN',
      "dropcap -r FILE 'reason = VXLAN_ENTRY_EXISTS'",
      'bridge monitor fdb',
    ],
    source: ['6.12 drivers/net/vxlan/vxlan_core.c vxlan_snoop'],
  },
  IP_TUNNEL_ECN: {
    what: 'A router marked the outer header of a tunnel packet as congested (ECN CE), but the inner packet does not support ECN. The packet is dropped, because its receiver would not learn of the congestion.',
    causes: [
      [
        'The other end of the tunnel sets ECN in the outer header, although the inner packet has none. A congested router then marks the packet.',
        'The drops come under load. Other packets of the tunnel have ECN 1 or 2 outside and 0 inside.',
      ],
      [
        'A device on the path overwrites the field, for example when the device sets DSCP.',
        'All packets over that path have ECN 3 (CE) in the outer header, also without load.',
      ],
    ],
    sender: 'The sender is not told. TCP inside of the tunnel takes the loss as congestion, and sends again.',
    counters: 'rx_frame_errors and rx_errors of the VXLAN device.',
    next: [
      "journalctl -k -g 'non-ECT from'",
      'ip -s -s link show dev VXLAN',
      "dropcap -r FILE 'reason = IP_TUNNEL_ECN'",
      'cat /sys/module/vxlan/parameters/log_ecn_error',
    ],
    source: ['6.12 drivers/net/vxlan/vxlan_core.c vxlan_rcv'],
  },
  TUNNEL_TXINFO: {
    what: 'A packet was sent to a VXLAN device of kind external, without the tunnel information that says where to send it.',
    causes: [
      [
        'The device is in a bridge, and the bridge port or VLAN has no VNI.',
        'bridge vlan tunnelshow does not list the VLAN, or bridge -d link show lists vlan_tunnel off.',
      ],
      [
        'A tc filter or route that should set tunnel_key or encap does not match the packet.',
        'tc -s filter show has no rising count for the packets.',
      ],
      [
        'The host itself sends over the device, for example IPv6 router solicitations.',
        'The source is an address of this host, and the packets are few.',
      ],
    ],
    sender: 'The sender is not told.',
    counters: 'None.',
    next: [
      'ip -d link show dev VXLAN',
      'bridge vlan tunnelshow dev VXLAN',
      'bridge -d link show dev VXLAN',
      'tc -s filter show dev IFACE egress',
    ],
    source: ['6.12 drivers/net/vxlan/vxlan_core.c vxlan_xmit'],
  },
  LOCAL_MAC: {
    what: 'A VXLAN packet came with the MAC address of the VXLAN device itself as its source. Mostly the host got its own packet back.',
    causes: [
      [
        'The tunnel uses a multicast group, and the network sends the own packets back.',
        'ip -d link show lists a group, and the outer source is an address of this host.',
      ],
      [
        'The virtual network has a loop.',
        'The outer source is another host, and the same packet comes more than once.',
      ],
      [
        'Another host has a VXLAN device with the same MAC address.',
        'The outer source is another host, and ip link shows the same address there.',
      ],
    ],
    sender: 'The sender is not told.',
    counters: 'None.',
    next: ['ip -d link show dev VXLAN', "dropcap -r FILE 'reason = LOCAL_MAC'", 'bridge fdb show dev VXLAN'],
    source: ['6.12 drivers/net/vxlan/vxlan_core.c vxlan_set_mac'],
  },
};
