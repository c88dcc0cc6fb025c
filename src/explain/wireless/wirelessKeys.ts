import type { Explanations } from '../explanation.js';
import { wirelessRow } from './wirelessRow.js';
import type { WirelessFacts } from './wirelessRow.js';

const DECRYPT = '6.12 rx.c ieee80211_rx_h_decrypt';
const DEFRAGMENT = '6.12 rx.c ieee80211_rx_h_defragment';
const CCMP = '6.12 wpa.c ieee80211_crypto_ccmp_decrypt';
const GCMP = '6.12 wpa.c ieee80211_crypto_gcmp_decrypt';
const CMAC = '6.12 wpa.c ieee80211_crypto_aes_cmac_decrypt';
const GMAC = '6.12 wpa.c ieee80211_crypto_aes_gmac_decrypt';
const KEYS = 'grep -r . /sys/kernel/debug/ieee80211/PHY/keys/';

const REKEYED = [
  'The two sides use different keys: a key was changed, and one side did not take the new one.',
  'The drops begin with a change of keys in the log of hostapd or wpa_supplicant, and go on until ' +
    'the next login.',
] as const;
const FORGED = [
  'Somebody sends forged frames with the address of the station.',
  'The signal of the dropped frames (monitor mode) differs from that of the station.',
] as const;
const MIXED = [
  'The key was changed between two fragments of a frame.',
  'The drops are single, and each is at a change of keys in the log.',
] as const;
const ATTACK = [
  'Somebody mixes fragments of different origin (attacks known as FragAttacks).',
  'The drops go on, and no change of keys is in the log.',
] as const;

const MGMT_INDEX: Pick<WirelessFacts, 'what' | 'causes'> = {
  what:
    'A broadcast management frame is signed (BIP). ' +
    'It names a key index that is not one of the keys for such frames (4 or 5).',
  causes: [
    ['The access point or its firmware numbers its keys wrongly.', 'All frames come from one access point.'],
    FORGED,
  ],
};
const BEACON_INDEX: Pick<WirelessFacts, 'what' | 'causes' | 'sender'> = {
  what:
    'A beacon is signed (beacon protection). It names a key index that is not one of the keys for ' +
    'beacons (6 or 7). The kernel reports the beacon to wpa_supplicant as unprotected.',
  causes: [
    [
      'The access point or its firmware numbers its keys wrongly.',
      'All beacons of one access point are dropped.',
    ],
    FORGED,
  ],
  sender: 'The sender is not told. wpa_supplicant is told, and may log it.',
};

/** Reasons about keys, ciphers and replay: frames that were not taken for genuine. */
export const WIRELESS_KEYS: Explanations = {
  RX_DROP_U_MIC_FAIL: wirelessRow('RX_DROP_U_MIC_FAIL', {
    what:
      'The cryptographic checksum (MIC) of the frame is wrong: CCMP or GCMP for data and unicast ' +
      'management frames, ' +
      'BIP for broadcast management frames and beacons. Only frames that software decrypts are checked here.',
    causes: [REKEYED, FORGED],
    counters: 'For BIP, icverrors of the key in debugfs rises. For CCMP and GCMP no other counter does.',
    next: [KEYS],
    source: [CCMP, GCMP, CMAC, GMAC],
  }),
  RX_DROP_U_REPLAY: wirelessRow('RX_DROP_U_REPLAY', {
    what:
      'The packet number of the frame is not higher than that of an earlier frame with the same key. ' +
      'For a fragment it also means that the number is not the one after that of the fragment before.',
    causes: [
      [
        'The driver or firmware gives frames to the kernel in the wrong order.',
        'Drops come under load, with many stations or queues, and contents are new.',
      ],
      [
        'The other side began to count from the start again, without a new key.',
        'All frames of the station are dropped from one moment on, until it logs in anew.',
      ],
      ['Somebody sends recorded frames again.', 'The dropped frames equal earlier ones, bit by bit.'],
    ],
    counters: 'replays of the key in debugfs rises, but not for fragments.',
    next: [KEYS],
    source: [CCMP, GCMP, CMAC, GMAC, DEFRAGMENT],
  }),
  RX_DROP_U_BAD_MMIE: wirelessRow('RX_DROP_U_BAD_MMIE', {
    what:
      'A management frame or beacon should end with an element that signs it (MMIE), ' +
      'and the element has a wrong number or length.',
    causes: [
      [
        'The access point uses another cipher for management frames than the one that was agreed.',
        'The length of the element is that of the other cipher: 16 bytes for BIP-CMAC-128, 24 for ' +
          'the others.',
      ],
      ['A sender builds the frame wrongly.', 'All frames come from one device.'],
    ],
    source: [CMAC, GMAC],
  }),
  RX_DROP_U_DECRYPT_FAIL: wirelessRow('RX_DROP_U_DECRYPT_FAIL', {
    what:
      'Computing the signature of a management frame (BIP with CMAC) failed. ' +
      'The signature itself was not compared. ' +
      'In Linux 7.3 no code sets this reason.',
    causes: [
      [
        'The crypto API of the kernel returned an error.',
        'journalctl -k shows messages of crypto drivers, or that memory ran out.',
      ],
    ],
    next: ['journalctl -k', 'grep -A 8 "cmac(aes)" /proc/crypto'],
    source: [CMAC, DECRYPT],
  }),
  RX_DROP_U_NO_KEY_ID: wirelessRow('RX_DROP_U_NO_KEY_ID', {
    what: 'The frame says that it is encrypted, but is too short to have the bytes that name the key.',
    causes: [
      ['A device or a test tool sends encrypted frames without content.', 'All frames come from one device.'],
      ['The frame was damaged, and the radio did not notice.', 'Single frames, with a weak signal.'],
    ],
    source: [DECRYPT],
  }),
  RX_DROP_U_BAD_CIPHER: wirelessRow('RX_DROP_U_BAD_CIPHER', {
    what:
      'The key for the frame is of a cipher that mac80211 cannot decrypt in software. ' +
      'The radio did not do all of it.',
    causes: [
      [
        'The driver has a cipher of its own, and gives a frame to the kernel that it should have decrypted.',
        'All frames with that key are dropped; iw phy lists a cipher that is not usual.',
      ],
    ],
    next: ['iw phy PHY info', KEYS],
    source: [DECRYPT],
  }),
  RX_DROP_U_NONSEQ_PN: wirelessRow('RX_DROP_U_NONSEQ_PN', {
    what:
      'The first fragment of a frame was encrypted with CCMP or GCMP, and a later fragment was not. ' +
      'Such a mixture is dropped.',
    causes: [
      ATTACK,
      ['The sender encrypts only a part of the fragments, which is an error.', 'All come from one device.'],
    ],
    source: [DEFRAGMENT],
  }),
  RX_DROP_U_BAD_KEY_COLOR: wirelessRow('RX_DROP_U_BAD_KEY_COLOR', {
    what: 'The fragments of one frame were encrypted with different keys. The frame is not put together.',
    causes: [MIXED, ATTACK],
    source: [DEFRAGMENT],
  }),
  RX_DROP_U_EXPECT_DEFRAG_PROT: wirelessRow('RX_DROP_U_EXPECT_DEFRAG_PROT', {
    what:
      'The first fragment of a frame was encrypted (WEP, TKIP or in the radio). ' +
      'A later one was not, or had another key. The frame is not put together.',
    causes: [MIXED, ATTACK],
    source: [DEFRAGMENT],
  }),
  RX_DROP_U_WEP_DEC_FAIL: wirelessRow('RX_DROP_U_WEP_DEC_FAIL', {
    what:
      'A WEP frame could not be decrypted in software: its checksum (ICV) was wrong afterwards, ' +
      'or it was too short, or its key index is not that of the key.',
    causes: [
      ['The WEP key is not the same on both sides.', 'All data frames of the station are dropped.'],
      [
        'The sides use different key indexes.',
        'iw dev IFACE link works, and the key index in the frame differs.',
      ],
    ],
    next: ['iw dev IFACE info'],
    source: ['6.12 wep.c ieee80211_crypto_wep_decrypt'],
  }),
  RX_DROP_U_NO_IV: wirelessRow('RX_DROP_U_NO_IV', {
    what:
      'The radio decrypted a WEP frame and should have left its initialization vector, but the frame ' +
      'is too short for it.',
    causes: [
      [
        'The driver sets its flags wrongly, or gives damaged frames.',
        'It ends with another driver or firmware.',
      ],
    ],
    next: ['ethtool -i IFACE'],
    source: ['6.12 wep.c ieee80211_crypto_wep_decrypt'],
  }),
  RX_DROP_U_NO_ICV: wirelessRow('RX_DROP_U_NO_ICV', {
    what: 'The radio decrypted a WEP frame, and the checksum (ICV) at its end could not be cut off.',
    causes: [
      [
        'The driver sets its flags wrongly, or gives damaged frames.',
        'It ends with another driver or firmware.',
      ],
      ['Memory ran out.', 'journalctl -k shows page allocation failures at the same time.'],
    ],
    next: ['ethtool -i IFACE', 'journalctl -k'],
    source: ['6.12 wep.c ieee80211_crypto_wep_decrypt'],
  }),
  RX_DROP_M_BAD_MGMT_KEYIDX: wirelessRow('RX_DROP_M_BAD_MGMT_KEYIDX', { ...MGMT_INDEX, source: [DECRYPT] }),
  RX_DROP_U_BAD_MGMT_KEYIDX: wirelessRow('RX_DROP_U_BAD_MGMT_KEYIDX', {
    ...MGMT_INDEX,
    source: ['7.3 rx.c ieee80211_rx_h_decrypt'],
  }),
  RX_DROP_M_BAD_BCN_KEYIDX: wirelessRow('RX_DROP_M_BAD_BCN_KEYIDX', { ...BEACON_INDEX, source: [DECRYPT] }),
  RX_DROP_U_BAD_BCN_KEYIDX: wirelessRow('RX_DROP_U_BAD_BCN_KEYIDX', {
    ...BEACON_INDEX,
    source: ['7.3 rx.c ieee80211_rx_h_decrypt'],
  }),
};
