import type { Explanation, Explanations } from '../explanation.js';
import { wirelessRow } from './wirelessRow.js';

/** A frame that nobody here has a use for. Linux 7.3 has a reason for each case, 6.12 RX_DROP_MONITOR. */
function unwanted(
  reason: string,
  what: string,
  causes: Explanation['causes'],
  func: string,
  sender?: string,
): Explanation {
  const facts = { what, causes, next: ['iw dev IFACE info'], source: [`7.3 rx.c ${func}`] };
  return wirelessRow(reason, sender === undefined ? facts : { ...facts, sender });
}

const MGMT = 'ieee80211_rx_h_mgmt';
const CHECK = 'ieee80211_rx_h_mgmt_check';

const OTHERS: Explanation['causes'][number] = [
  'Other networks and stations on the channel send such frames. That is normal.',
  'The BSSID or the destination in the frame is not of this network.',
];
const BUILT: Explanation['causes'][number] = [
  'A device or a test tool builds the frame wrongly.',
  'All frames come from one device.',
];
const PROGRAM: Explanation['causes'][number] = [
  'The program that should take the frame does not run: hostapd on an access point.',
  'The log of hostapd ends before the drops begin.',
];
const MODE: Explanation['causes'][number] = [
  'The frame is of a kind that only another type of interface handles.',
  'iw dev IFACE info shows another type than the one that the reason names.',
];

/** Reasons of Linux 7.3 for frames that the interface has no use for. */
export const WIRELESS_UNWANTED: Explanations = {
  RX_DROP_U_NULL_DATA: unwanted(
    'RX_DROP_U_NULL_DATA',
    'A data frame without data came this far. Such frames tell only whether a station sleeps, so ' +
      'nothing is lost.',
    [
      [
        'The sender is no station that is known here.',
        'iw dev IFACE station dump does not list the source address.',
      ],
      BUILT,
    ],
    'ieee80211_rx_h_data',
  ),
  RX_DROP_U_CTRL_FRAME: unwanted(
    'RX_DROP_U_CTRL_FRAME',
    'A control frame came that the kernel does not handle. ' +
      'It handles only requests for block acknowledgements.',
    [
      [
        'The driver gives control frames to the kernel that the radio has dealt with. That is normal.',
        'The frames are ACK, RTS or CTS.',
      ],
    ],
    'ieee80211_rx_h_ctrl',
  ),
  RX_DROP_U_UNKNOWN_STA: unwanted(
    'RX_DROP_U_UNKNOWN_STA',
    'A request for a block acknowledgement (BAR) came from a station that is not known here.',
    [
      OTHERS,
      [
        'The station was logged out here, and does not know it.',
        'The source address is not in station dump.',
      ],
    ],
    'ieee80211_rx_h_ctrl',
  ),
  RX_DROP_U_RUNT_BAR: unwanted(
    'RX_DROP_U_RUNT_BAR',
    'A request for a block acknowledgement (BAR) is too short.',
    [BUILT],
    'ieee80211_rx_h_ctrl',
  ),
  RX_DROP_U_BAR_OUTSIDE_SESSION: unwanted(
    'RX_DROP_U_BAR_OUTSIDE_SESSION',
    'A request for a block acknowledgement (BAR) came for a traffic class without a session for it.',
    [
      [
        'The session was ended here, and the other side does not know it yet.',
        'Few frames, after a pause of the station.',
      ],
      ['The other side was not told of the end.', 'The drops go on, for one station and class.'],
    ],
    'ieee80211_rx_h_ctrl',
    'At the first such frame the kernel sends DELBA, which informs the station that there is no session.',
  ),
  RX_DROP_U_RUNT_MGMT: unwanted(
    'RX_DROP_U_RUNT_MGMT',
    'A management frame is shorter than its header of 24 bytes.',
    [BUILT],
    CHECK,
  ),
  RX_DROP_U_EXPECTED_MGMT: unwanted(
    'RX_DROP_U_EXPECTED_MGMT',
    'The frame is neither data, control nor management: its type is reserved, and nobody can read it.',
    [BUILT, ['A device uses a newer standard than this kernel.', 'All frames come from new devices.']],
    CHECK,
  ),
  RX_DROP_U_NONBCAST_BEACON: unwanted(
    'RX_DROP_U_NONBCAST_BEACON',
    'A beacon is for one station instead of all. Beacons are always broadcast.',
    [
      [
        'Somebody sends forged beacons to a chosen station.',
        'The signal differs from that of the access point.',
      ],
      BUILT,
    ],
    CHECK,
  ),
  RX_DROP_U_MALFORMED_ACTION: unwanted(
    'RX_DROP_U_MALFORMED_ACTION',
    'An access point received an action frame that neither the kernel nor hostapd took. ' +
      'In spite of the name the frame is well formed.',
    [
      [
        'Stations use features that this access point does not offer. That is common.',
        'The category in the frame names the feature.',
      ],
      PROGRAM,
    ],
    'ieee80211_rx_h_action_return',
  ),
  RX_DROP_U_UNKNOWN_MCAST_ACTION: unwanted(
    'RX_DROP_U_UNKNOWN_MCAST_ACTION',
    'A multicast action frame came that nobody here took. Multicast frames are not returned to their sender.',
    [
      OTHERS,
      [
        'A station uses a feature that this host does not support.',
        'The category in the frame names the feature.',
      ],
    ],
    'ieee80211_rx_h_action_return',
  ),
  RX_DROP_U_UNEXPECTED_EXT_FRAME: unwanted(
    'RX_DROP_U_UNEXPECTED_EXT_FRAME',
    'A frame of the extension type, such as a short beacon (S1G), came on an interface that is no station.',
    [OTHERS, MODE],
    'ieee80211_rx_h_ext',
  ),
  RX_DROP_U_UNHANDLED_MGMT: unwanted(
    'RX_DROP_U_UNHANDLED_MGMT',
    'No program took a management frame. The kernel itself handles none on this type of interface, ' +
      'such as an access point.',
    [PROGRAM, ['The program did not ask for this kind of frame.', 'hostapd runs, and works otherwise.']],
    MGMT,
  ),
  RX_DROP_U_MCAST_DEAUTH: unwanted(
    'RX_DROP_U_MCAST_DEAUTH',
    'A deauthentication is for a multicast address other than broadcast. That is not allowed.',
    [
      [
        'Somebody tries to log stations out with forged frames.',
        'The signal differs from that of the access point.',
      ],
      BUILT,
    ],
    MGMT,
  ),
  RX_DROP_U_UNHANDLED_DEAUTH: unwanted(
    'RX_DROP_U_UNHANDLED_DEAUTH',
    'A deauthentication came on an interface that is neither a station nor ad hoc.',
    [MODE, OTHERS],
    MGMT,
  ),
  RX_DROP_U_MCAST_DISASSOC: unwanted(
    'RX_DROP_U_MCAST_DISASSOC',
    'A disassociation, or an answer to an association, is for a multicast address other than ' +
      'broadcast. That is not allowed.',
    [
      [
        'Somebody tries to log stations out with forged frames.',
        'The signal differs from that of the access point.',
      ],
      BUILT,
    ],
    MGMT,
  ),
  RX_DROP_U_UNHANDLED_DISASSOC: unwanted(
    'RX_DROP_U_UNHANDLED_DISASSOC',
    'A disassociation, or an answer to an association, came on an interface that is no station.',
    [MODE, OTHERS],
    MGMT,
  ),
  RX_DROP_U_UNHANDLED_PREQ: unwanted(
    'RX_DROP_U_UNHANDLED_PREQ',
    'A probe request came: a station looks for networks. ' +
      'This interface is neither ad hoc nor mesh, so it does not answer.',
    [OTHERS],
    MGMT,
  ),
  RX_DROP_U_UNHANDLED_MGMT_STYPE: unwanted(
    'RX_DROP_U_UNHANDLED_MGMT_STYPE',
    'A management frame is of a kind that the kernel does not handle on this interface, such as an ' +
      'association request.',
    [OTHERS, MODE],
    MGMT,
  ),
};
