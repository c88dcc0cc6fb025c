import type { Explanation, Explanations } from '../explanation.js';

/** A frame of the CAN bus that does not have the form of its kind. */
function canFrame(kind: string, form: string, handler: string): Explanation {
  return {
    what: `A packet with the protocol of ${kind} was not a ${kind} frame. Such a frame comes from a CAN device and ${form}.`,
    causes: [
      [
        'A program or a tc filter put a packet with the protocol of CAN on a device that is not for CAN.',
        'The input device of the drop is not listed by ip link show type can or type vcan.',
      ],
      [
        'A program sends a malformed frame over a packet socket on a virtual CAN device.',
        'The input device is a vcan or vxcan device, and the length of the packet is wrong.',
      ],
      [
        'The driver of the CAN device has a fault.',
        'The input device is real hardware, and no program sends on it.',
      ],
    ],
    sender: 'The sender is not told.',
    counters: `None. Only the first such frame after the start of the host is in the kernel log: "PF_CAN: dropped non conform".`,
    next: [
      "journalctl -k -g 'non conform'",
      'ip -d -s link show type can',
      'ip link show type vcan',
      'cat /proc/net/packet',
    ],
    source: [`7.3 net/can/af_can.c ${handler}`],
  };
}

/** Drop reasons of CAN buses and of PSP, the encryption of TCP connections by network cards. */
export const OTHER_LINKS: Explanations = {
  CAN_RX_INVALID_FRAME: canFrame('CAN', 'is 16 bytes long, with at most 8 bytes of data', 'can_rcv'),
  CANFD_RX_INVALID_FRAME: canFrame('CAN FD', 'is 72 bytes long, with at most 64 bytes of data', 'canfd_rcv'),
  CANXL_RX_INVALID_FRAME: canFrame('CAN XL', 'has the XL flag and 1 to 2048 bytes of data', 'canxl_rcv'),
  PSP_INPUT: {
    what: 'A TCP segment did not have the PSP encryption that its connection has agreed on. The segment was plain text, had another key, or was encrypted without an agreement.',
    causes: [
      [
        'The other end still sent plain text after this end switched to PSP, or the reverse.',
        'The drops come right after the start of a connection, and end.',
      ],
      [
        'The keys of the network card were rotated, and the segment has an old key.',
        'The drops begin after a key rotation, on all connections of the card.',
      ],
      [
        'Somebody forges segments into a protected connection.',
        'The segments are plain text, and the real sender has not sent them.',
      ],
    ],
    sender: 'The sender gets no RST and no acknowledgement. The sender sends again until its timeout.',
    counters: 'TcpInErrs for established and most other connections. None for a connection in TIME-WAIT.',
    next: [
      "dropcap -r FILE 'reason = PSP_INPUT'",
      'nstat -az TcpInErrs',
      'ss -t -i -n dst ADDRESS',
      'ethtool -S IFACE',
    ],
    source: ['7.3 include/net/psp/functions.h __psp_sk_rx_policy_check'],
  },
  PSP_OUTPUT: {
    what: 'A TCP segment had to be encrypted with PSP, and could not be. The segment is dropped, because plain text must not go out.',
    causes: [
      [
        'The route changed, and the new output device is not the one that holds the keys.',
        'ip route get shows another device than at the start of the connection.',
      ],
      [
        'The way out goes through a bond, bridge or other virtual device, which does not hold the keys.',
        'The output device of the drop is a virtual device.',
      ],
      [
        'The driver could not add the PSP header.',
        'The function belongs to the driver, such as mlx5e_psp_handle_tx_skb.',
      ],
    ],
    sender: 'The program is not told. TCP sends again until its timeout.',
    counters: 'None of nstat. mlx5 counts its own failures as tx-error in the PSP statistics of the device.',
    next: [
      'ip route get ADDRESS',
      'ss -t -i -n dst ADDRESS',
      "dropcap -r FILE 'reason = PSP_OUTPUT'",
      'ethtool -i IFACE',
    ],
    source: [
      '7.3 net/psp/psp_sock.c psp_validate_xmit',
      '7.3 drivers/net/ethernet/mellanox/mlx5/core/en_accel/psp_rxtx.c mlx5e_psp_handle_tx_skb',
    ],
  },
};
