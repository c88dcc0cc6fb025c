import type { Explanations } from '../explanation.js';
import { wirelessRow } from './wirelessRow.js';

const CHECK = '7.3 rx.c ieee80211_rx_h_check';
const DECRYPT = '7.3 rx.c ieee80211_rx_h_decrypt';
const DATA = '7.3 rx.c ieee80211_rx_h_data';
const DEFRAGMENT = '7.3 rx.c ieee80211_rx_h_defragment';
const DAMAGED = [
  'The frame was damaged, and the radio did not notice.',
  'Single frames, with a weak signal.',
] as const;
const BUILT = ['A device or a test tool builds frames wrongly.', 'All frames come from one device.'] as const;

/** Reasons of Linux 7.3 for data frames that may not pass. In 6.12 all of them are RX_DROP_MONITOR. */
export const WIRELESS_REFUSED: Explanations = {
  RX_DROP_U_SPURIOUS_NOTIF: wirelessRow('RX_DROP_U_SPURIOUS_NOTIF', {
    what: 'A station sent data without being associated, and hostapd or another program was told.',
    causes: [
      [
        'The access point was restarted, and the station believes that it is still logged in.',
        'The drops begin with the start of hostapd, and end with a new login.',
      ],
      [
        'The station was logged out while frames of it were still on the way.',
        'Few frames, directly after a logout.',
      ],
    ],
    sender: 'hostapd sends a deauthentication, and the station logs in anew.',
    next: ['iw event -t'],
    source: [CHECK],
  }),
  RX_DROP_U_RUNT_DATA: wirelessRow('RX_DROP_U_RUNT_DATA', {
    what:
      'A data frame came before the association was complete, and is too short to tell whether it ' +
      'belongs to the login (EAPOL).',
    causes: [DAMAGED, BUILT],
    source: [CHECK],
  }),
  RX_DROP_U_KEY_TAINTED: wirelessRow('RX_DROP_U_KEY_TAINTED', {
    what:
      'The key of the frame must not be used any more: the kernel marked it before a change of keys or ' +
      'a disconnection.',
    causes: [
      [
        'The key of the station is just being replaced. That is normal.',
        'Few frames, at a change of keys in the log.',
      ],
      [
        'The host woke from sleep, or the radio was restarted, and the driver wants a new login.',
        'journalctl -k shows the restart or wake-up; the drops end with the new login.',
      ],
    ],
    next: ['journalctl -k'],
    source: [DECRYPT],
  }),
  RX_DROP_U_UNPROTECTED: wirelessRow('RX_DROP_U_UNPROTECTED', {
    what:
      'There is no key for the encrypted frame. ' +
      'The reason is also used for a group action frame that should have been encrypted and was only signed.',
    causes: [
      [
        'Encrypted broadcast frames come during the login, before the keys are set. That is normal.',
        'The drops end with the login.',
      ],
      ['One side has lost its keys.', 'All frames of a station are dropped, until it logs in anew.'],
      [
        'Frames of another network with the same address arrive.',
        'The key index differs from that of this network.',
      ],
    ],
    next: ['grep -r . /sys/kernel/debug/ieee80211/PHY/keys/'],
    source: [DECRYPT],
  }),
  RX_DROP_U_MCAST_FRAGMENT: wirelessRow('RX_DROP_U_MCAST_FRAGMENT', {
    what: 'A multicast frame came as a fragment. Only unicast frames may be fragmented.',
    causes: [BUILT, ['Somebody attacks with fragments.', 'The fragments imitate the access point.']],
    source: [DEFRAGMENT],
  }),
  RX_DROP_U_DEFRAG_MISMATCH: wirelessRow('RX_DROP_U_DEFRAG_MISMATCH', {
    what:
      'A fragment came, and the fragment before it is not there: it was lost, or is older than 2 ' +
      'seconds.',
    causes: [
      [
        'A fragment was lost on the air.',
        'More with a weak signal; the sender uses a fragmentation threshold.',
      ],
      [
        'Many frames in fragments come at once, more than the kernel keeps.',
        'Drops under load, with a good signal.',
      ],
    ],
    counters: 'rx_handlers_drop_defrag in debugfs rises, if the kernel was built with debug counters.',
    next: ['iw phy PHY info'],
    source: [DEFRAGMENT],
  }),
  RX_DROP_U_DEFRAG_OVERFLOW: wirelessRow('RX_DROP_U_DEFRAG_OVERFLOW', {
    what: 'The fragments of a frame are more than 65535 bytes together. All of them were dropped.',
    causes: [['Somebody attacks with fragments.', 'All come from one station.'], BUILT],
    counters: 'rx_handlers_drop_defrag in debugfs rises, if the kernel was built with debug counters.',
    source: [DEFRAGMENT],
  }),
  RX_DROP_U_AMSDU_WITHOUT_DATA: wirelessRow('RX_DROP_U_AMSDU_WITHOUT_DATA', {
    what: 'A frame says that it is an aggregate (A-MSDU), and its kind has no data.',
    causes: [BUILT],
    source: ['7.3 rx.c ieee80211_rx_h_amsdu'],
  }),
  RX_DROP_U_UNEXPECTED_4ADDR: wirelessRow('RX_DROP_U_UNEXPECTED_4ADDR', {
    what:
      'A data frame with 4 addresses came on the main interface of an access point. ' +
      'The kernel informs hostapd once, so that it makes an interface of its own for the station.',
    causes: [
      ['A station that bridges has just logged in. That is normal.', 'Few frames, directly after the login.'],
      [
        'hostapd is not set up for stations with 4 addresses.',
        'The drops go on; wds_sta is not in hostapd.conf.',
      ],
    ],
    next: ['iw dev', 'iw event -t'],
    source: [DATA],
  }),
  RX_DROP_U_PORT_CONTROL: wirelessRow('RX_DROP_U_PORT_CONTROL', {
    what:
      'A data frame may not pass. Its station has not completed the login, or the frame is not ' +
      'encrypted though there is a key. The reason is also used for a login frame (EAPOL) that is for ' +
      'somebody else.',
    causes: [
      ['The station sends data before its login is complete.', 'station dump shows authorized: no for it.'],
      [
        'The login hangs, for example because of a wrong password.',
        'The log of hostapd or wpa_supplicant shows failures.',
      ],
      [
        'A frame came without encryption.',
        'station dump shows authorized: yes, and the frame has no bit Protected.',
      ],
    ],
    next: ['iw event -t'],
    source: [DATA],
  }),
  RX_DROP_U_NO_LINK: wirelessRow('RX_DROP_U_NO_LINK', {
    what:
      'The kernel could not tell to which link (Wi-Fi 7) a frame belongs. ' +
      'That is an error of a driver or the kernel.',
    causes: [
      [
        'The driver gives frames without a valid link.',
        'journalctl -k shows a warning in ieee80211_rx_handlers.',
      ],
    ],
    next: ['journalctl -k -g ieee80211_rx_handlers', 'ethtool -i IFACE'],
    source: ['7.3 rx.c ieee80211_rx_handlers'],
  }),
};
