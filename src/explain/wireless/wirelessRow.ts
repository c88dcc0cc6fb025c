import type { Explanation } from '../explanation.js';

/** What the row of one reason of mac80211 adds to what all of them have in common. */
export interface WirelessFacts {
  readonly what: string;
  readonly causes: Explanation['causes'];
  readonly sender?: string;
  /** Counters beside those of the station. */
  readonly counters?: string;
  /** Commands that are particular to the reason. */
  readonly next?: readonly string[];
  /** `VERSION FILE FUNCTION`, the file below net/mac80211. */
  readonly source: readonly string[];
}

const SILENT =
  'mac80211 sends no answer. ' +
  'The radio has usually acknowledged a unicast frame already, so the sender does not repeat it.';

/** A row of mac80211, the kernel's wireless stack: frames that a radio received and the stack dropped. */
export function wirelessRow(reason: string, facts: WirelessFacts): Explanation {
  return {
    what: facts.what,
    causes: facts.causes,
    sender: facts.sender ?? SILENT,
    counters:
      'rx drop misc in iw dev IFACE station dump and rx_dropped in ethtool -S IFACE, if the sender ' +
      'is a known station. ' +
      (facts.counters ?? 'No counter of ip -s link rises.'),
    next: [
      'iw dev IFACE station dump',
      ...(facts.next ?? []),
      'journalctl -u wpa_supplicant -u hostapd',
      `dropcap -r FILE 'reason = ${reason}'`,
    ],
    source: facts.source.map((place) => place.replace(' ', ' net/mac80211/')),
  };
}
