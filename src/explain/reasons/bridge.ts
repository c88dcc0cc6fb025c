import type { Explanation, Explanations } from '../explanation.js';

const NO_TX_TARGET: Explanation = {
  what: 'A bridge or VXLAN device had to send a packet on, and found no port or remote end to send it to.',
  causes: [
    [
      'Bridge in 7.3: the destination is unknown, or all hosts. No other port may send the frame, as in a bridge with one port.',
      'The function is br_flood, and bridge -d link shows no other port with state forwarding and flood on, in the VLAN of the frame.',
    ],
    [
      'Bridge in 7.3: no port has a receiver of the multicast group.',
      'The function is br_multicast_flood, and bridge mdb show lists no other port for the group.',
    ],
    [
      'VXLAN: the table has no entry for the destination MAC address and no entry for all others.',
      'The function is vxlan_xmit, and bridge fdb show lists neither the MAC address nor 00:00:00:00:00:00.',
    ],
    [
      'VXLAN: the multicast table has an entry for the group, and no remote end may get the packet.',
      'The function is vxlan_mdb_xmit, and bridge -d mdb show lists only blocked or excluded remote ends.',
    ],
  ],
  sender: 'The sender is not told. If the destination exists, a missing entry breaks the connection.',
  counters: 'VXLAN without an entry: tx_dropped of the device. Bridge and VXLAN multicast table: none.',
  next: [
    'bridge fdb show dev IFACE',
    'bridge -d link show',
    'bridge -d mdb show',
    'ip -s link show dev IFACE',
    "dropcap -r FILE 'reason = NO_TX_TARGET'",
  ],
  source: [
    '6.12 drivers/net/vxlan/vxlan_core.c vxlan_xmit',
    '6.12 drivers/net/vxlan/vxlan_mdb.c vxlan_mdb_xmit',
    '7.3 net/bridge/br_forward.c br_flood',
    '7.3 net/bridge/br_forward.c br_multicast_flood',
  ],
};

/** Drop reasons of Ethernet bridges, and of devices that keep a table of MAC addresses. */
export const BRIDGE: Explanations = {
  MAC_INVALID_SOURCE: {
    what: 'A frame has a source MAC address that no device may have: a multicast or broadcast address, or all zeros.',
    causes: [
      [
        'A program or a virtual machine sends self-made frames.',
        'All such frames come in at the port of one virtual machine or host.',
      ],
      [
        'The other end of a VXLAN tunnel sends frames without a source address.',
        'The source MAC address is 00:00:00:00:00:00, and the function is vxlan_rcv.',
      ],
      [
        'The frame was damaged, or its start was cut off.',
        'The first 12 bytes look like other data than two MAC addresses.',
      ],
    ],
    sender: 'The sender is not told.',
    counters: 'None.',
    next: [
      "dropcap -r FILE 'reason = MAC_INVALID_SOURCE'",
      "tcpdump -n -e -i IFACE 'ether[6] & 1 != 0'",
      'ip -s -s link show dev IFACE',
    ],
    source: ['6.12 drivers/net/vxlan/vxlan_core.c vxlan_snoop', '7.3 net/bridge/br_input.c br_handle_frame'],
  },
  NO_TX_TARGET,
  // An older name.
  VXLAN_NO_REMOTE: NO_TX_TARGET,
  MAC_IEEE_MAC_CONTROL: {
    what: 'A bridge port got a frame for 01:80:c2:00:00:01, mostly an Ethernet pause frame. A bridge must not forward such frames, so nothing is lost.',
    causes: [
      [
        'The switch at the other end uses flow control, and the network card hands its pause frames to the kernel.',
        'ethtool -a lists RX off for the card, and the EtherType is 0x8808.',
      ],
      ['A virtual machine sends pause frames.', 'The frames come in at a tap or veth device.'],
    ],
    sender: 'The sender is not told. With flow control off at this end, pause frames have no effect.',
    counters: 'None.',
    next: ['ethtool -a IFACE', "dropcap -r FILE 'reason = MAC_IEEE_MAC_CONTROL'", 'ethtool -S IFACE'],
    source: ['7.3 net/bridge/br_input.c br_handle_frame'],
  },
  BRIDGE_INGRESS_STP_STATE: {
    what: 'A frame came in at a bridge port that does not forward: the port is disabled, blocking, listening or learning.',
    causes: [
      [
        'The port was just added or its link came up, and the spanning tree waits.',
        'The drops end after some seconds. bridge link shows listening or learning, and then forwarding.',
      ],
      [
        'The spanning tree blocks the port, because it closes a loop.',
        'bridge link shows blocking as long as the drops go on.',
      ],
      ['The port is disabled, because it is down or was set so.', 'bridge link shows disabled.'],
    ],
    sender: 'The sender is not told. In a blocked loop, the frame usually comes by another port too.',
    counters: 'None.',
    next: [
      'bridge link show dev IFACE',
      'ip -d link show dev IFACE',
      'ip -d link show dev BRIDGE',
      'bridge monitor link',
      "dropcap -r FILE 'reason = BRIDGE_INGRESS_STP_STATE'",
    ],
    source: ['7.3 net/bridge/br_input.c br_handle_frame', '7.3 net/bridge/br_input.c br_handle_frame_finish'],
  },
};
