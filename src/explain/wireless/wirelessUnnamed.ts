import type { Explanations } from '../explanation.js';
import { wirelessRow } from './wirelessRow.js';

/** Reasons that say only that mac80211 dropped a frame. */
export const WIRELESS_UNNAMED: Explanations = {
  RX_DROP_MONITOR: wirelessRow('RX_DROP_MONITOR', {
    what:
      'mac80211 dropped a received frame without a reason of its own. ' +
      'In 6.12 some 40 checks share this name; Linux 7.3 has a name for each of them.',
    causes: [
      [
        'Management frames that nobody here needs: probe requests, or frames of other networks.',
        'The frame is a management frame, and its BSSID is not that of this network.',
      ],
      [
        'An encrypted frame came for which there is no key, for example broadcast during the login.',
        'The frame has the bit Protected, and drops come with logins.',
      ],
      [
        'A data frame came that is not allowed before the login is complete, or without encryption.',
        'The frame is data without the bit Protected, or its sender is not authorized in station dump.',
      ],
      [
        'An empty frame, or a fragment whose first part is missing.',
        'The frame has no data, or its fragment number is not 0.',
      ],
    ],
    next: ['iw event -t', 'iw dev IFACE info'],
    source: [
      '6.12 rx.c ieee80211_rx_handlers',
      '6.12 rx.c ieee80211_rx_h_decrypt',
      '6.12 rx.c ieee80211_rx_h_mgmt',
    ],
  }),
  RX_DROP_UNUSABLE: wirelessRow('RX_DROP_UNUSABLE', {
    what:
      'mac80211 dropped a received frame as unusable, without a reason of its own. ' +
      'The name is that of the number 0 of its list; in 6.12 and 7.3 no code sets it.',
    causes: [
      [
        'An older kernel, which did not yet have names for all checks.',
        'uname -r on the host of the recording is older than 6.12.',
      ],
    ],
    next: ['uname -r', 'iw event -t'],
    source: ['6.12 main.c ieee80211_init'],
  }),
};
