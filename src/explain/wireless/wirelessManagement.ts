import type { Explanations } from '../explanation.js';
import { wirelessRow } from './wirelessRow.js';

const UNENCRYPTED = '6.12 rx.c ieee80211_drop_unencrypted_mgmt';
const EVENTS = 'iw event -t';

const FORGED = [
  'Somebody sends forged frames, for example to log stations out.',
  'The signal of the dropped frames (monitor mode) differs from that of the real sender.',
] as const;
const FORGOTTEN = [
  'The other side was restarted and has lost the keys.',
  'The frames begin with the restart, and end with a new login.',
] as const;

/** Reasons about management frames, most of them without the protection that was agreed (IEEE 802.11w). */
export const WIRELESS_MANAGEMENT: Explanations = {
  RX_DROP_U_UNPROT_UCAST_MGMT: wirelessRow('RX_DROP_U_UNPROT_UCAST_MGMT', {
    what:
      'A deauthentication, a disassociation or a protected kind of action frame came without encryption, ' +
      'though protection of management frames was agreed. The login stays as it was.',
    causes: [FORGOTTEN, FORGED],
    sender:
      'For deauthentication and disassociation hostapd or wpa_supplicant is told, which can ask the ' +
      'other side (SA Query).',
    next: [EVENTS],
    source: [UNENCRYPTED],
  }),
  RX_DROP_U_UNPROT_MCAST_MGMT: wirelessRow('RX_DROP_U_UNPROT_MCAST_MGMT', {
    what:
      'A broadcast management frame, such as a deauthentication of all stations, came without a ' +
      'signature (MMIE), ' +
      'though protection of management frames was agreed.',
    causes: [
      FORGED,
      [
        'The access point does not sign such frames, which is an error.',
        'It happens at each of its restarts.',
      ],
    ],
    next: [EVENTS],
    source: [UNENCRYPTED],
  }),
  RX_DROP_U_UNPROT_BEACON: wirelessRow('RX_DROP_U_UNPROT_BEACON', {
    what:
      'A beacon came without a signature, though the access point protects its beacons. ' +
      'wpa_supplicant is told.',
    causes: [
      [
        'Somebody imitates the access point.',
        'Beacons with and without signature alternate, on one address.',
      ],
      ['The access point was restarted with beacon protection off.', 'No beacon has a signature any more.'],
    ],
    next: [EVENTS, 'iw dev IFACE scan dump'],
    source: [UNENCRYPTED],
  }),
  RX_DROP_U_UNPROT_ACTION: wirelessRow('RX_DROP_U_UNPROT_ACTION', {
    what: 'A protected kind of action frame came before the keys were set. Such frames are not allowed then.',
    causes: [
      [
        'A station sends such a frame too early in its login.',
        'One or two frames for each login of the station.',
      ],
      FORGED,
    ],
    source: [UNENCRYPTED],
  }),
  RX_DROP_U_UNPROT_DUAL: wirelessRow('RX_DROP_U_UNPROT_DUAL', {
    what:
      'An action frame of the category "protected dual of public action" came without encryption, ' +
      'which the name forbids.',
    causes: [['A device builds the frame wrongly.', 'All frames come from one device.'], FORGED],
    source: [UNENCRYPTED],
  }),
  RX_DROP_U_UNPROT_UNICAST_PUB_ACTION: wirelessRow('RX_DROP_U_UNPROT_UNICAST_PUB_ACTION', {
    what:
      'A public action frame came unprotected to this station alone, and its kind has a protected ' +
      'form. Protection of management frames was agreed.',
    causes: [
      [
        'The other side sends the public form where the protected form is needed.',
        'All frames come from one device.',
      ],
      FORGED,
    ],
    source: [UNENCRYPTED],
  }),
  RX_DROP_U_UNPROT_ROBUST_ACTION: wirelessRow('RX_DROP_U_UNPROT_ROBUST_ACTION', {
    what: 'An action frame that is only for associated stations came from one that is not associated.',
    causes: [
      [
        'The station was logged out here, and does not know it.',
        'iw dev IFACE station dump does not list it.',
      ],
      ['The station has not finished its login.', 'Few frames, directly before the login in the log.'],
      FORGED,
    ],
    source: [UNENCRYPTED],
  }),
  RX_DROP_U_RUNT_ACTION: wirelessRow('RX_DROP_U_RUNT_ACTION', {
    what: 'An action frame ends before the byte that names its category.',
    causes: [
      ['A device or a test tool builds the frame wrongly.', 'All frames come from one device.'],
      ['The frame was damaged, and the radio did not notice.', 'Single frames, with a weak signal.'],
    ],
    source: ['6.12 rx.c ieee80211_rx_h_mgmt_check'],
  }),
  RX_DROP_U_ACTION_UNKNOWN_SRC: wirelessRow('RX_DROP_U_ACTION_UNKNOWN_SRC', {
    what:
      'An action frame came from a station that is not known here, and is of a category that ' +
      'strangers may not use. ' +
      'They may use public, self-protected and spectrum management.',
    causes: [
      [
        'The station was logged out here, and does not know it.',
        'iw dev IFACE station dump does not list it.',
      ],
      [
        'The frame belongs to another network on the channel.',
        'The BSSID in the frame is not that of this network.',
      ],
    ],
    source: ['6.12 rx.c ieee80211_rx_h_action'],
  }),
  RX_DROP_U_REJECTED_ACTION_RESPONSE: wirelessRow('RX_DROP_U_REJECTED_ACTION_RESPONSE', {
    what:
      'The other side returned an action frame that this host had sent and it did not know: the ' +
      'highest bit of the category is set. ' +
      'Such an answer is not answered.',
    causes: [
      [
        'This host uses a feature that the other side does not support.',
        'The category in the frame, less 128, names the feature.',
      ],
    ],
    sender: 'No answer is due: the frame is itself a refusal.',
    source: ['6.12 rx.c ieee80211_rx_h_action_return'],
  }),
  RX_DROP_U_UNKNOWN_ACTION_REJECTED: wirelessRow('RX_DROP_U_UNKNOWN_ACTION_REJECTED', {
    what:
      'Neither the kernel nor a program wanted the action frame. ' +
      'The kernel returned it to its sender with the highest bit of the category set, as the ' +
      'standard demands.',
    causes: [
      [
        'The other side uses a feature that this host does not support.',
        'The category and code in the frame name the feature; all come from one network.',
      ],
      [
        'wpa_supplicant does not run, or was built without the feature.',
        'The same frame is accepted after wpa_supplicant was started.',
      ],
    ],
    sender: 'The sender gets its frame back as refused.',
    source: ['6.12 rx.c ieee80211_rx_h_action_return'],
  }),
};
