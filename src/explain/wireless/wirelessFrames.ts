import type { Explanations } from '../explanation.js';
import { wirelessRow } from './wirelessRow.js';
import type { WirelessFacts } from './wirelessRow.js';

const TO_8023 = '6.12 rx.c __ieee80211_data_to_8023';
const AMSDU = '6.12 rx.c ieee80211_rx_h_amsdu';
const TYPE = 'iw dev IFACE info';

const BRIDGED = [
  'The other side bridges with 4 addresses (WDS), and this side is not set up for that.',
  'All data frames of one station are dropped; iw dev IFACE info shows no 4addr: on.',
] as const;

const UNEXPECTED_4ADDR_FRAME: Omit<WirelessFacts, 'source'> = {
  what:
    'A station sent an empty frame with 4 addresses to an access point, as a bridge does that starts. ' +
    'The kernel informs hostapd once, so that it makes an interface of its own for the station, and ' +
    'drops the frame.',
  causes: [
    [
      'A station with 4 addresses has just logged in. That is normal.',
      'Few frames, directly after the login.',
    ],
    [
      'hostapd is not set up for stations with 4 addresses.',
      'The drops go on, and iw dev lists no interface of type AP/VLAN for the station (wds_sta in ' +
        'hostapd.conf).',
    ],
  ],
  next: ['iw dev', 'iw event -t'],
};

/** Reasons about data frames: copies, addresses, aggregates, and states in which no data may come. */
export const WIRELESS_FRAMES: Explanations = {
  RX_DROP_U_DUP: wirelessRow('RX_DROP_U_DUP', {
    what:
      'The frame is a copy of one that came before: it is marked as a retry, and has the same ' +
      'sequence number. ' +
      'Nothing is lost. For a station with several links (Wi-Fi 7) old broadcast frames are dropped, too.',
    causes: [
      [
        'The acknowledgement was lost on the air, and the sender repeated the frame. That is normal.',
        'Few among many; more with a weak signal.',
      ],
      [
        'The way back to the sender is worse than the way here: low power, or noise at the sender.',
        'Many copies, and rx drop misc rises steadily, though the signal here is good.',
      ],
    ],
    sender: 'The sender got what it needs: its first frame was taken.',
    counters: 'rx_duplicates in ethtool -S IFACE rises for unicast frames.',
    next: ['ethtool -S IFACE', 'iw dev IFACE survey dump'],
    source: ['6.12 rx.c ieee80211_rx_h_check_dup'],
  }),
  RX_DROP_U_SPURIOUS: wirelessRow('RX_DROP_U_SPURIOUS', {
    what:
      'A station sent data, or asked for stored frames, without being associated. ' +
      'In 6.12 the reason is for access points ' +
      'whose hostapd was told of the station; in 7.3 it is for the other cases, and hostapd is told ' +
      'with RX_DROP_U_SPURIOUS_NOTIF.',
    causes: [
      [
        'The access point was restarted, and the station believes that it is still logged in.',
        'The drops begin with the start of hostapd, and end with a new login.',
      ],
      [
        'The station was logged out while frames of it were still on the way.',
        'Few frames, directly after a logout in the log.',
      ],
    ],
    sender: 'If hostapd is told, it sends a deauthentication, and the station logs in anew.',
    next: ['iw event -t'],
    source: ['6.12 rx.c ieee80211_rx_h_check', '7.3 rx.c ieee80211_rx_h_check'],
  }),
  RX_DROP_U_OOM: wirelessRow('RX_DROP_U_OOM', {
    what: 'Memory ran out while a frame was put together, copied or checked.',
    causes: [
      [
        'The host has too little free memory.',
        'journalctl -k shows page allocation failures; free -m shows little.',
      ],
      [
        'Memory is fragmented, and large frames need pieces that are not there.',
        '/proc/buddyinfo has zeros at the right.',
      ],
    ],
    next: ['journalctl -k', 'free -m', 'cat /proc/buddyinfo'],
    source: [
      '6.12 rx.c ieee80211_rx_h_defragment',
      '6.12 wpa.c ieee80211_crypto_ccmp_decrypt',
      '6.12 wep.c ieee80211_crypto_wep_decrypt',
    ],
  }),
  RX_DROP_U_BAD_4ADDR: wirelessRow('RX_DROP_U_BAD_4ADDR', {
    what:
      'An aggregate of frames (A-MSDU) has 4 addresses, and this interface does not bridge with 4 ' +
      'addresses.',
    causes: [BRIDGED],
    next: [TYPE],
    source: [AMSDU],
  }),
  RX_DROP_U_BAD_AMSDU: wirelessRow('RX_DROP_U_BAD_AMSDU', {
    what:
      'An aggregate of frames (A-MSDU) is for a multicast address, comes from an unknown station, or ' +
      'has a wrong header.',
    causes: [
      [
        'The station is not known here any more.',
        'iw dev IFACE station dump does not list the source address.',
      ],
      [
        'A device builds aggregates wrongly, or somebody attacks.',
        'All come from one device, or their destination is multicast.',
      ],
    ],
    source: [AMSDU, '6.12 rx.c __ieee80211_rx_h_amsdu'],
  }),
  RX_DROP_U_BAD_AMSDU_CIPHER: wirelessRow('RX_DROP_U_BAD_AMSDU_CIPHER', {
    what:
      'An aggregate of frames (A-MSDU) is encrypted with WEP or TKIP. ' +
      'Stations that aggregate must use newer ciphers.',
    causes: [
      [
        'The network still allows TKIP or WEP, and a station aggregates all the same.',
        'iw dev IFACE scan shows TKIP in the capabilities of the network.',
      ],
    ],
    next: ['iw dev IFACE scan dump'],
    source: [AMSDU],
  }),
  RX_DROP_U_INVALID_8023: wirelessRow('RX_DROP_U_INVALID_8023', {
    what:
      'A data frame could not be turned into an Ethernet frame: it is too short, ' +
      'or its direction bits (to and from the access point) do not fit the kind of interface.',
    causes: [
      [
        'A frame is for another kind of network, such as ad hoc.',
        'The bits ToDS and FromDS in the frame do not fit.',
      ],
      [
        'A station hears its own broadcast frames, which the access point repeats.',
        'The source address is that of this interface.',
      ],
      ['A device sends frames that are too short.', 'All come from one device.'],
    ],
    next: [TYPE],
    source: [TO_8023],
  }),
  RX_DROP_U_UNEXPECTED_VLAN_4ADDR: wirelessRow('RX_DROP_U_UNEXPECTED_VLAN_4ADDR', {
    what: 'A data frame with 4 addresses came on an AP/VLAN interface that is for normal stations.',
    causes: [BRIDGED],
    next: ['iw dev'],
    source: [TO_8023],
  }),
  RX_DROP_U_UNEXPECTED_STA_4ADDR: wirelessRow('RX_DROP_U_UNEXPECTED_STA_4ADDR', {
    what: 'A station received a data frame with 4 addresses, and its interface does not use 4 addresses.',
    causes: [
      [
        'The access point takes this station for a bridge (WDS).',
        'iw dev IFACE info shows no 4addr: on, and the access point has wds_sta.',
      ],
    ],
    next: [TYPE, 'iw dev IFACE set 4addr on'],
    source: [TO_8023],
  }),
  RX_DROP_U_UNEXPECTED_VLAN_MCAST: wirelessRow('RX_DROP_U_UNEXPECTED_VLAN_MCAST', {
    what:
      'A multicast frame came on the AP/VLAN interface of a station with 4 addresses, which sends only ' +
      'unicast frames.',
    causes: [
      [
        'The station sends some frames with 3 addresses, though it bridges with 4.',
        'All come from one station.',
      ],
    ],
    next: ['iw dev'],
    source: [TO_8023],
  }),
  RX_DROP_U_NOT_PORT_CONTROL: wirelessRow('RX_DROP_U_NOT_PORT_CONTROL', {
    what:
      'A station that uses 4 addresses received a broadcast frame with 3 addresses. ' +
      'Only login frames (EAPOL) are taken in that form, since all else comes with 4 addresses, too.',
    causes: [
      [
        'The access point sends broadcast frames for its normal stations. That is as intended.',
        'The destination is broadcast or multicast, and the same packet comes with 4 addresses.',
      ],
    ],
    next: [TYPE],
    source: [TO_8023],
  }),
  RX_DROP_M_UNEXPECTED_4ADDR_FRAME: wirelessRow('RX_DROP_M_UNEXPECTED_4ADDR_FRAME', {
    ...UNEXPECTED_4ADDR_FRAME,
    source: ['6.12 rx.c ieee80211_rx_h_sta_process'],
  }),
  RX_DROP_U_UNEXPECTED_4ADDR_FRAME: wirelessRow('RX_DROP_U_UNEXPECTED_4ADDR_FRAME', {
    ...UNEXPECTED_4ADDR_FRAME,
    source: ['7.3 rx.c ieee80211_rx_h_sta_process'],
  }),
};
