import type { Explanations } from '../explanation.js';

/** Drop reasons of tun, tap, macvtap and ipvtap devices, the way to virtual machines and VPN programs. */
export const TAP: Explanations = {
  SKB_GSO_SEG: {
    what: 'A macvtap or ipvtap device had to cut a large packet into segments for its virtual machine, and that failed.',
    causes: [
      [
        'The headers of the packet are damaged, or of a kind that the kernel cannot cut.',
        'All dropped packets have the same kind of headers, such as a certain tunnel.',
      ],
      ['Memory for the segments ran out.', 'The kernel log shows page allocation failures at the same time.'],
    ],
    sender: 'The sender is not told. TCP sends again.',
    counters: 'rx_errors and rx_dropped of the macvtap or ipvtap device.',
    next: [
      "dropcap -r FILE 'reason = SKB_GSO_SEG'",
      'ip -s -s link show dev IFACE',
      'ethtool -k IFACE',
      'ethtool -K IFACE gro off',
      "journalctl -k -g 'allocation failure'",
    ],
    source: ['6.12 drivers/net/tap.c tap_handle_frame'],
  },
  SKB_UCOPY_FAULT: {
    what: 'The data of a packet could not be copied from or to the program that uses a tun, tap or macvtap device.',
    causes: [
      [
        'The program gave a wrong address or length when it sent the packet.',
        'The function is tun_get_user or tap_get_user, and the program got the error EFAULT.',
      ],
      [
        'Memory ran out while the kernel copied a packet that still belonged to a sending program.',
        'The function is tun_net_xmit, and the kernel log shows page allocation failures.',
      ],
    ],
    sender:
      'A program that writes to the device gets an error such as EFAULT. For the other direction, nobody is told.',
    counters:
      'To the program: tx_dropped of the tun or tap device. From the program: rx_dropped of tun and tap, tx_dropped of macvtap and ipvtap.',
    next: [
      'ip -s link show dev IFACE',
      'ip -d tuntap show',
      "dropcap -r FILE 'reason = SKB_UCOPY_FAULT'",
      "journalctl -k -g 'allocation failure'",
    ],
    source: [
      '6.12 drivers/net/tun.c tun_get_user',
      '6.12 drivers/net/tun.c tun_net_xmit',
      '6.12 drivers/net/tap.c tap_get_user',
    ],
  },
  DEV_HDR: {
    what: 'A virtual machine or program sent a packet through macvtap or ipvtap, and the virtio header before the packet was not valid.',
    causes: [
      [
        'The driver in the virtual machine describes offloads wrongly, such as a checksum position outside of the packet.',
        'The drops stop when offloads are turned off inside the virtual machine.',
      ],
      [
        'The program uses another length of the virtio header than it set for the device.',
        'Every packet with offloads is dropped, since the program started.',
      ],
    ],
    sender: 'The program that writes to the device gets an error, mostly EINVAL.',
    counters: 'tx_dropped of the macvtap or ipvtap device.',
    next: [
      'ip -s link show dev IFACE',
      "dropcap -r FILE 'reason = DEV_HDR'",
      'ethtool -K IFACE tx off tso off gso off',
    ],
    source: ['6.12 drivers/net/tap.c tap_get_user'],
  },
  HDR_TRUNC: {
    what: 'A program wrote a packet to a tap device, and the kernel could not get the Ethernet header into one piece of memory.',
    causes: [
      [
        'Memory ran out. Frames shorter than an Ethernet header are refused earlier, so the length is not the cause.',
        'The kernel log shows page allocation failures at the same time.',
      ],
    ],
    sender: 'The program that writes to the device gets the error ENOMEM.',
    counters: 'rx_dropped of the tap device.',
    next: ["journalctl -k -g 'allocation failure'", 'free -m', 'ip -s link show dev IFACE'],
    source: ['6.12 drivers/net/tun.c tun_get_user'],
  },
  TAP_FILTER: {
    what: 'The eBPF program that a virtual machine monitor attached to its tun or tap device (TUNSETFILTEREBPF) answered 0, which means drop.',
    causes: [
      [
        'The filter works as intended and drops what the virtual machine must not get.',
        'The dropped packets fit the rules of the program that owns the device.',
      ],
      [
        'The filter is older than a change of addresses or services in the virtual machine.',
        'The virtual machine waits for the dropped packets.',
      ],
    ],
    sender: 'The sender is not told.',
    counters: 'tx_dropped of the tun or tap device.',
    next: [
      "dropcap -r FILE 'reason = TAP_FILTER'",
      'bpftool prog show',
      'ip -d tuntap show',
      'ip -s link show dev IFACE',
    ],
    source: ['6.12 drivers/net/tun.c tun_net_xmit'],
  },
  TAP_TXFILTER: {
    what: 'The program that uses a tap device asked for packets to certain MAC addresses only (TUNSETTXFILTER), and this packet went to another address.',
    causes: [
      [
        'A bridge floods packets for other hosts to the tap device.',
        'The destination MAC address is none of the virtual machine.',
      ],
      [
        'The list of addresses is old, because the virtual machine changed its MAC address or joined a multicast group.',
        'The destination MAC address is one that the virtual machine uses now.',
      ],
    ],
    sender: 'The sender is not told. Usually the packet was not for this virtual machine.',
    counters: 'tx_dropped of the tap device.',
    next: [
      "dropcap -r FILE 'reason = TAP_TXFILTER'",
      'bridge fdb show dev IFACE',
      'ip -d tuntap show',
      'ip -s link show dev IFACE',
    ],
    source: ['6.12 drivers/net/tun.c tun_net_xmit'],
  },
};
