import type { Explanation, Explanations } from '../explanation.js';
import { dropTrap } from './trapRow.js';

const DPAA2 = '6.12 drivers/net/ethernet/freescale/dpaa2';

const BROKEN = 'A sender, a tunnel or a test tool builds packets with a wrong header';

const UNSAID = 'The kernel does not say which errors the card looks for.';

/**
 * A header that the parser of an NXP DPAA2 network card found to be wrong.
 *
 * @param header the header's name, with its article
 * @param errors what the parser looks for in it
 * @param causes causes that are particular to the header, likeliest first
 */
function parserTrap(
  name: string,
  header: string,
  errors: string,
  causes: Explanation['causes'],
  next: readonly string[] = [],
): Explanation {
  return dropTrap(name, {
    id: name.toUpperCase(),
    fixedAction: true,
    drivers: ['dpaa2-eth'],
    what: `The parser of the network card found an error in ${header} and dropped the frame. ${errors}`,
    causes: [
      ...causes,
      [
        `${BROKEN}.`,
        'All packets have one source, and each has the same error when you read it with tcpdump or ' +
          'Wireshark.',
      ],
    ],
    next: [
      `dropcap -r FILE 'trap = ${name}'`,
      ...next,
      'devlink trap group set DEVICE group parser_error_drops action trap',
      'ip -s -s link show dev IFACE',
    ],
    counters:
      'With action drop of the group, the default, the card drops without a report. ' +
      'rx_errors of the interface rises with each reported frame. No counter of the IP stack rises.',
    source: [`${DPAA2}/dpaa2-eth-devlink.c dpaa2_eth_dl_get_trap`, `${DPAA2}/dpaa2-eth.c dpaa2_eth_rx_err`],
  });
}

const TRUNCATED: Explanation['causes'][number] = [
  'The frame was cut on the way, or the sender gave a wrong length.',
  'A length field says more than the captured packet has.',
];

const OFFLOAD: Explanation['causes'][number] = [
  'The checksum is wrong: the sender left its computation to hardware that did not compute it.',
  'Only the checksum is wrong, in all packets of one virtual machine or container.',
];

/** Traps of errors that a network card finds in headers: trap group parser_error_drops. */
export const PARSER_TRAPS: Explanations = {
  vxlan_parsing: parserTrap(
    'vxlan_parsing',
    'the VXLAN header',
    'The header is too short, or its I flag (valid VNI) is not set.',
    [
      [
        'Something other than VXLAN is sent to the UDP port of VXLAN.',
        'The bytes after the UDP header do not begin with 08 00 00 00.',
      ],
      TRUNCATED,
    ],
    ['ip -d link show type vxlan'],
  ),
  llc_snap_parsing: parserTrap('llc_snap_parsing', 'the LLC and SNAP header', UNSAID, [
    [
      'An old protocol or a device sends frames of IEEE 802.3 with a wrong header.',
      'The EtherType field is below 0x0600.',
    ],
  ]),
  vlan_parsing: parserTrap(
    'vlan_parsing',
    'a VLAN tag',
    'The frame may be cut; the kernel names no other error.',
    [TRUNCATED],
    ['ip -d link show type vlan'],
  ),
  pppoe_ppp_parsing: parserTrap(
    'pppoe_ppp_parsing',
    'the PPPoE and PPP header',
    'The session number is 0xffff, which is reserved, or the PPPoE length is larger than the frame.',
    [
      TRUNCATED,
      [
        'The access concentrator or modem gave a wrong session number.',
        'The session in the packet is 0xffff.',
      ],
    ],
    ['ip -d link show type ppp'],
  ),
  mpls_parsing: parserTrap(
    'mpls_parsing',
    'the MPLS labels',
    'The labels may be cut; the kernel names no other error.',
    [
      TRUNCATED,
      [
        'No label has the bit that marks the bottom of the stack.',
        'The bit S is 0 in all labels of the packet.',
      ],
    ],
    ['ip -f mpls route show'],
  ),
  arp_parsing: parserTrap('arp_parsing', 'the ARP header', UNSAID, [TRUNCATED], ['ip neigh show dev IFACE']),
  ip_1_parsing: parserTrap(
    'ip_1_parsing',
    'the outer or only IP header',
    'The checksum is wrong, the header is shorter than 20 bytes, or the total length exceeds the frame.',
    [OFFLOAD, TRUNCATED],
  ),
  ip_n_parsing: parserTrap(
    'ip_n_parsing',
    'the innermost IP header, inside a tunnel',
    'The checksum is wrong, the header is shorter than 20 bytes, or the total length exceeds the frame.',
    [
      [
        'The tunnel was given a damaged packet: the outer header is right.',
        'Only the inner header is wrong.',
      ],
      TRUNCATED,
    ],
    ['ip -d tunnel show'],
  ),
  gre_parsing: parserTrap(
    'gre_parsing',
    'the GRE header',
    UNSAID,
    [
      [
        'The two ends of the tunnel are configured differently (key, checksum, version).',
        'ip -d tunnel show differs.',
      ],
      TRUNCATED,
    ],
    ['ip -d tunnel show'],
  ),
  udp_parsing: parserTrap(
    'udp_parsing',
    'the UDP header',
    'The checksum is wrong, the length is below 8 bytes, or the header is cut.',
    [OFFLOAD, TRUNCATED],
  ),
  tcp_parsing: parserTrap(
    'tcp_parsing',
    'the TCP header',
    'The checksum is wrong, or the flags do not go together, such as SYN with FIN or RST.',
    [
      ['Somebody scans ports with strange flags.', 'SYN and FIN, or SYN and RST, in packets to many ports.'],
      OFFLOAD,
    ],
  ),
  ipsec_parsing: parserTrap('ipsec_parsing', 'an IPsec header', UNSAID, [TRUNCATED], ['ip -s xfrm state']),
  sctp_parsing: parserTrap(
    'sctp_parsing',
    'the SCTP header',
    'A port is 0, or the header is cut.',
    [['Somebody scans for SCTP services.', 'Port 0, or many ports from one source.'], TRUNCATED],
    ['ss -an --sctp'],
  ),
  dccp_parsing: parserTrap('dccp_parsing', 'the DCCP header', UNSAID, [
    ['Somebody scans for protocols.', 'Few packets, from one source, to many addresses.'],
    TRUNCATED,
  ]),
  gtp_parsing: parserTrap('gtp_parsing', 'the GTP header of a mobile network', UNSAID, [
    [
      'Something other than GTP is sent to a UDP port of GTP.',
      'The sender is no gateway of the mobile network.',
    ],
    TRUNCATED,
  ]),
  esp_parsing: parserTrap(
    'esp_parsing',
    'the ESP header of IPsec',
    UNSAID,
    [TRUNCATED],
    ['ip -s xfrm state', 'cat /proc/net/xfrm_stat'],
  ),
};
