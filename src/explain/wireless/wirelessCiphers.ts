import type { Explanation, Explanations } from '../explanation.js';
import { wirelessRow } from './wirelessRow.js';

const MICHAEL = '6.12 wpa.c ieee80211_rx_h_michael_mic_verify';

/** A frame that is too short for what its cipher adds. */
function short(
  reason: string,
  what: string,
  source: string,
  causes: Explanation['causes'] = [],
): Explanation {
  return wirelessRow(reason, {
    what,
    causes: [
      ...causes,
      [
        'A device or a test tool builds encrypted frames wrongly.',
        'All frames come from one device, and none of it gets through.',
      ],
      [
        'The driver or firmware gives frames that were cut.',
        'It begins or ends with another driver or firmware.',
      ],
    ],
    next: ['ethtool -i IFACE'],
    source: [source],
  });
}

const STRANGER: Explanation['causes'][number] = [
  'The sender is no station that this interface knows.',
  'iw dev IFACE station dump does not list the source address of the frame.',
];
const TRIM: Explanation['causes'] = [
  [
    'Memory ran out when the frame was copied.',
    'journalctl -k shows page allocation failures at the same time.',
  ],
];

/** Reasons about what a cipher adds to a frame: headers and checksums that are too short, and TKIP. */
export const WIRELESS_CIPHERS: Explanations = {
  RX_DROP_U_SHORT_CCMP: short(
    'RX_DROP_U_SHORT_CCMP',
    'The frame is too short for the CCMP header and checksum (8 and 8 or 16 bytes), or its sender is ' +
      'unknown.',
    '6.12 wpa.c ieee80211_crypto_ccmp_decrypt',
    [STRANGER],
  ),
  RX_DROP_U_SHORT_CCMP_MIC: short(
    'RX_DROP_U_SHORT_CCMP_MIC',
    'The CCMP checksum at the end of a frame that was decrypted could not be cut off.',
    '6.12 wpa.c ieee80211_crypto_ccmp_decrypt',
    TRIM,
  ),
  RX_DROP_U_SHORT_GCMP: short(
    'RX_DROP_U_SHORT_GCMP',
    'The frame is too short for the GCMP header and checksum (8 and 16 bytes), or its sender is unknown.',
    '6.12 wpa.c ieee80211_crypto_gcmp_decrypt',
    [STRANGER],
  ),
  RX_DROP_U_SHORT_GCMP_MIC: short(
    'RX_DROP_U_SHORT_GCMP_MIC',
    'The GCMP checksum at the end of a frame that was decrypted could not be cut off.',
    '6.12 wpa.c ieee80211_crypto_gcmp_decrypt',
    TRIM,
  ),
  RX_DROP_U_SHORT_CMAC: short(
    'RX_DROP_U_SHORT_CMAC',
    'A management frame is too short for the element that signs it (MMIE, cipher BIP-CMAC-128).',
    '6.12 wpa.c ieee80211_crypto_aes_cmac_decrypt',
  ),
  RX_DROP_U_SHORT_CMAC256: short(
    'RX_DROP_U_SHORT_CMAC256',
    'A management frame is too short for the element that signs it (MMIE, cipher BIP-CMAC-256).',
    '6.12 wpa.c ieee80211_crypto_aes_cmac_256_decrypt',
  ),
  RX_DROP_U_SHORT_GMAC: short(
    'RX_DROP_U_SHORT_GMAC',
    'A management frame is too short for the element that signs it (MMIE, cipher BIP-GMAC).',
    '6.12 wpa.c ieee80211_crypto_aes_gmac_decrypt',
  ),
  RX_DROP_U_SHORT_TKIP: short(
    'RX_DROP_U_SHORT_TKIP',
    'The frame has fewer than the 12 bytes that TKIP adds, or its sender is unknown.',
    '6.12 wpa.c ieee80211_crypto_tkip_decrypt',
    [STRANGER],
  ),
  RX_DROP_U_SHORT_MMIC: short(
    'RX_DROP_U_SHORT_MMIC',
    'The TKIP frame is too short for its checksum, the Michael MIC of 8 bytes.',
    MICHAEL,
  ),
  RX_DROP_U_TKIP_FAIL: wirelessRow('RX_DROP_U_TKIP_FAIL', {
    what:
      'A TKIP frame could not be decrypted: wrong checksum (ICV), wrong key index, ' +
      'or a sequence number that is not higher than that of an earlier frame.',
    causes: [
      [
        'The two sides use different keys after a change of keys.',
        'All data frames of the station are dropped, until it logs in anew.',
      ],
      [
        'A frame came twice or too late.',
        'Single frames are dropped, and others of the same station get through.',
      ],
    ],
    source: ['6.12 wpa.c ieee80211_crypto_tkip_decrypt'],
  }),
  RX_DROP_U_MMIC_FAIL: wirelessRow('RX_DROP_U_MMIC_FAIL', {
    what:
      'The Michael MIC, the checksum of a TKIP frame, is wrong. ' +
      'The kernel reports it to hostapd or wpa_supplicant. ' +
      'Two such reports within a minute make them stop TKIP for a minute.',
    causes: [
      [
        'The keys of the two sides differ, or a device computes the checksum wrongly.',
        'All frames come from one device.',
      ],
      [
        'Somebody attacks TKIP.',
        'Few frames, with new source addresses; the network stops for a minute each time.',
      ],
    ],
    sender:
      'hostapd or wpa_supplicant is told. An access point can end the logins of all stations with TKIP.',
    counters: 'mic_failures of the key in debugfs rises, if the key is known.',
    next: ['iw event -t', 'grep -r . /sys/kernel/debug/ieee80211/PHY/keys/'],
    source: [MICHAEL],
  }),
  RX_DROP_U_AP_RX_GROUPCAST: wirelessRow('RX_DROP_U_AP_RX_GROUPCAST', {
    what:
      'An access point received a TKIP frame that was encrypted with a group key. ' +
      'Only the access point itself may send with group keys.',
    causes: [
      ['A station uses the wrong key.', 'All frames come from one station, and its key index is not 0.'],
      [
        'A station that has logged in attacks others with the group key.',
        'The frames imitate those of the access point.',
      ],
    ],
    source: [MICHAEL],
  }),
};
