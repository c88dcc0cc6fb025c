import type { Explanations } from '../explanation.js';
import { dropTrap } from './trapRow.js';

/** Traps of a device that bridges or filters frames: trap groups l2_drops and tunnel_drops. */
export const LAYER2_TRAPS: Explanations = {
  source_mac_is_multicast: dropTrap('source_mac_is_multicast', {
    id: 'SMAC_MC',
    drivers: ['mlxsw'],
    what:
      'The device dropped a frame whose source MAC address is a multicast address. ' +
      'No station may send from such an address.',
    causes: [
      [
        'A program or a test tool builds frames with a wrong source address.',
        'The source address in the packet is the same each time, and its first octet is odd.',
      ],
      [
        'A cable, a transceiver or a sender damages frames.',
        'Source addresses differ without a pattern, and ethtool -S IFACE shows errors of checksums ' +
          'or symbols.',
      ],
    ],
    next: ["dropcap -r FILE 'trap = source_mac_is_multicast'", 'ethtool -S IFACE'],
  }),
  vlan_tag_mismatch: dropTrap('vlan_tag_mismatch', {
    id: 'VLAN_TAG_MISMATCH',
    drivers: ['mlxsw'],
    what:
      'A frame without a VLAN tag, or with VLAN 0, reached a bridge port that has no PVID. ' +
      'The device knows no VLAN for the frame and dropped it.',
    causes: [
      [
        'The bridge port is a trunk without a PVID, and the neighbour sends untagged frames.',
        'bridge vlan show lists no line PVID for the port.',
      ],
      [
        "The neighbour's port should tag the VLAN and does not.",
        'The packet has no tag, and the VLAN of its addresses is listed for the port without PVID.',
      ],
    ],
    next: ['bridge vlan show dev IFACE', 'bridge vlan add vid VID dev IFACE pvid untagged'],
    counters:
      'mlxsw has discard_ingress_tag_frame_type in ethtool -S IFACE. No counter of the IP stack rises.',
    source: ['6.12 drivers/net/ethernet/mellanox/mlxsw/spectrum_ethtool.c mlxsw_sp_port_hw_discard_stats'],
  }),
  ingress_vlan_filter: dropTrap('ingress_vlan_filter', {
    id: 'INGRESS_VLAN_FILTER',
    drivers: ['mlxsw', 'mlx5'],
    what:
      'The frame has a VLAN tag that is not configured where the frame arrived: ' +
      'on the bridge port of a switch (mlxsw), or in the VLAN filter of a network card (mlx5).',
    causes: [
      [
        'The VLAN is missing on the bridge port of the switch.',
        'bridge vlan show does not list the VLAN of the packet for the port.',
      ],
      [
        'A network card has no VLAN interface with that number.',
        'ip -d link show type vlan lists no interface with the VLAN, and ethtool -k shows ' +
          'rx-vlan-filter: on.',
      ],
      [
        'The neighbour sends all VLANs over its trunk, also those that nobody needs here.',
        'Most dropped packets are broadcast or multicast, and nobody complains.',
      ],
    ],
    next: ['bridge vlan show dev IFACE', 'ip -d link show type vlan', 'ethtool -k IFACE'],
    counters:
      'mlxsw has discard_ingress_vlan_membership in ethtool -S IFACE. No counter of the IP stack rises.',
    source: [
      '6.12 drivers/net/ethernet/mellanox/mlx5/core/en/trap.c mlx5e_handle_action_trap',
      '6.12 drivers/net/ethernet/mellanox/mlxsw/spectrum_ethtool.c mlxsw_sp_port_hw_discard_stats',
    ],
  }),
  ingress_spanning_tree_filter: dropTrap('ingress_spanning_tree_filter', {
    id: 'INGRESS_STP_FILTER',
    drivers: ['mlxsw'],
    what:
      'The frame arrived on a bridge port that spanning tree does not let forward: its state is not ' +
      'forwarding.',
    causes: [
      [
        'Spanning tree blocks the port, since another path to the root exists. That is as intended.',
        'bridge link show has state blocking for the port, for a long time.',
      ],
      [
        'The port has just come up, and is still listening or learning.',
        'bridge link show has state listening or learning; the drops end after some seconds.',
      ],
    ],
    next: ['bridge -d link show dev IFACE', 'bridge monitor link', 'ip -d link show type bridge'],
  }),
  port_list_is_empty: dropTrap('port_list_is_empty', {
    id: 'EMPTY_TX_LIST',
    drivers: ['mlxsw'],
    what:
      'The device had to flood the frame, since it does not know the destination, ' +
      'and no port is left to flood it to. ' +
      'Frames to an unknown station and to an unregistered group are flooded.',
    causes: [
      [
        'Flooding is switched off on all other ports.',
        'bridge -d link show has flood off (unicast) or mcast_flood off (multicast) on them.',
      ],
      ['No other port has the VLAN of the frame.', 'bridge vlan show lists the VLAN for one port only.'],
      [
        'Multicast snooping found no member of the group, and there is no router port.',
        'The destination is multicast, and bridge mdb show does not list the group.',
      ],
    ],
    next: ['bridge -d link show', 'bridge vlan show', 'bridge -d mdb show', 'bridge fdb show br BRIDGE'],
  }),
  port_loopback_filter: dropTrap('port_loopback_filter', {
    id: 'PORT_LOOPBACK_FILTER',
    drivers: ['mlxsw'],
    what:
      'The only port that the device would send the frame to is the port from which the frame came. ' +
      'A bridge never sends a frame back there.',
    causes: [
      [
        'Another switch floods frames between two stations that are both reached through this port.',
        'bridge fdb show lists the destination MAC address on the port where the frame came in.',
      ],
      [
        'Only one port in the VLAN may flood frames of unknown destination, and the frame came from it.',
        'bridge fdb show does not list the destination; bridge -d link show has flood off on all ' +
          'other ports.',
      ],
      [
        'A loop or a move of the station put its MAC address on the wrong port.',
        'bridge monitor fdb shows the address on one port, then on another.',
      ],
    ],
    next: ['bridge fdb show br BRIDGE', 'bridge monitor fdb', 'bridge -d link show'],
    counters: 'mlxsw has discard_loopback_filter in ethtool -S IFACE. No counter of the IP stack rises.',
    source: ['6.12 drivers/net/ethernet/mellanox/mlxsw/spectrum_ethtool.c mlxsw_sp_port_hw_discard_stats'],
  }),
  dmac_filter: dropTrap('dmac_filter', {
    id: 'DMAC_FILTER',
    drivers: ['mlx5'],
    what:
      'The frame is for a MAC address that is not in the table of the network card. ' +
      'The interface is not in promiscuous mode. Without the trap such frames vanish in the card.',
    causes: [
      [
        'The switch floods frames for other stations. That is normal.',
        'The destination MAC address belongs to another host, and the source changes.',
      ],
      [
        'A container, a virtual machine or a bridge uses a MAC address that the card does not know.',
        'The destination is an address of this host, and ip -d link show IFACE has promiscuity 0.',
      ],
      [
        'A sender has an old ARP entry, or the MAC address of the interface was changed.',
        'The destination IP address is one of this host, and the MAC address is not.',
      ],
      [
        'A multicast group was not joined on this interface.',
        'The destination begins with 01:00:5e or 33:33, and ip maddr show does not list it.',
      ],
    ],
    next: ['ip -d link show dev IFACE', 'ip maddr show dev IFACE', 'bridge fdb show dev IFACE'],
    source: ['6.12 drivers/net/ethernet/mellanox/mlx5/core/en/trap.c mlx5e_handle_action_trap'],
  }),
  locked_port: dropTrap('locked_port', {
    id: 'LOCKED_PORT',
    drivers: ['mlxsw'],
    what:
      'The frame came in on a locked bridge port. ' +
      'The forwarding table has no entry of its source MAC address and VLAN for this port. ' +
      'Only stations with an entry may send (IEEE 802.1X).',
    causes: [
      [
        'The station has not logged in, or its login ran out.',
        'bridge fdb show does not list the source MAC address on any port.',
      ],
      [
        'The station moved to another port without a new login.',
        'bridge fdb show lists the source MAC address on another port.',
      ],
      [
        'The entry of the station has another VLAN than the frame.',
        'bridge fdb show lists the source on the port, with another vlan number.',
      ],
    ],
    next: ['bridge fdb show dev IFACE', 'bridge -d link show dev IFACE', 'journalctl -u hostapd'],
  }),
  overlay_smac_is_mc: dropTrap('overlay_smac_is_mc', {
    id: 'OVERLAY_SMAC_MC',
    drivers: ['mlxsw'],
    what:
      'The device took a frame out of a VXLAN packet and dropped the frame: ' +
      'its source MAC address is a multicast address.',
    causes: [
      [
        'A station or a test tool in the overlay sends with a wrong source address.',
        'The inner source address is the same each time, and its first octet is odd.',
      ],
      [
        'Something other than VXLAN is sent to the UDP port of the tunnel.',
        'The inner frame makes no sense, and the outer source is not a known tunnel endpoint.',
      ],
    ],
    next: [
      "dropcap -r FILE 'trap = overlay_smac_is_mc'",
      'bridge fdb show dev VXLAN',
      'ip -d link show type vxlan',
    ],
  }),
};
