import type { ClassRows } from './discardClass.js';

/** Reasons of Open vSwitch in the kernel (net/openvswitch/drop.h, Linux 6.6 to 7.3). */
export const OPENVSWITCH_REASONS: ClassRows = {
  OVS_DROP_LAST_ACTION: ['policy/l2/acl', 'unclear'],
  OVS_DROP_ACTION_ERROR: ['errors/internal', 'unintended'],
  OVS_DROP_EXPLICIT: ['policy/l2/acl', 'intended'],
  OVS_DROP_EXPLICIT_WITH_ERROR: ['errors/internal', 'unintended'],
  OVS_DROP_METER: ['policy/l3/policer', 'intended'],
  OVS_DROP_RECURSION_LIMIT: ['errors/internal', 'unintended'],
  OVS_DROP_DEFERRED_LIMIT: ['no-buffer', 'unintended'],
  OVS_DROP_FRAG_L2_TOO_LONG: ['errors/internal', 'unintended'],
  OVS_DROP_FRAG_INVALID_PROTO: ['errors/l3/rx/invalid-packet', 'unintended'],
  OVS_DROP_CONNTRACK: ['policy/l3/acl', 'unclear'],
  OVS_DROP_IP_TTL: ['errors/l3/ttl-expired', 'unclear'],
};

/**
 * Reasons of mac80211, the kernel's wireless stack (net/mac80211/drop.h, Linux 6.4 to 7.3). RX_DROP_MONITOR and
 * RX_DROP_UNUSABLE have no row: they say nothing more than that the frame was dropped.
 */
export const MAC80211_REASONS: ClassRows = {
  // Until 6.15. From then on these three are RX_DROP_U_.
  RX_DROP_M_UNEXPECTED_4ADDR_FRAME: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_M_BAD_BCN_KEYIDX: ['host/authentication', 'unclear'],
  RX_DROP_M_BAD_MGMT_KEYIDX: ['host/authentication', 'unclear'],

  RX_DROP_U_MIC_FAIL: ['host/authentication', 'unclear'],
  RX_DROP_U_REPLAY: ['host/authentication', 'unclear'],
  RX_DROP_U_BAD_MMIE: ['host/authentication', 'unclear'],
  RX_DROP_U_DUP: ['host/duplicate', 'intended'],
  RX_DROP_U_SPURIOUS: ['host/protocol-state', 'unclear'],
  RX_DROP_U_DECRYPT_FAIL: ['host/authentication', 'unclear'],
  RX_DROP_U_NO_KEY_ID: ['host/authentication', 'unclear'],
  RX_DROP_U_BAD_CIPHER: ['host/authentication', 'unclear'],
  RX_DROP_U_OOM: ['no-buffer', 'unintended'],
  RX_DROP_U_NONSEQ_PN: ['host/authentication', 'unclear'],
  RX_DROP_U_BAD_KEY_COLOR: ['host/authentication', 'unclear'],
  RX_DROP_U_BAD_4ADDR: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_BAD_AMSDU: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_BAD_AMSDU_CIPHER: ['host/authentication', 'unclear'],
  RX_DROP_U_INVALID_8023: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_RUNT_ACTION: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_UNPROT_ACTION: ['host/authentication', 'unclear'],
  RX_DROP_U_UNPROT_DUAL: ['host/authentication', 'unclear'],
  RX_DROP_U_UNPROT_UCAST_MGMT: ['host/authentication', 'unclear'],
  RX_DROP_U_UNPROT_MCAST_MGMT: ['host/authentication', 'unclear'],
  RX_DROP_U_UNPROT_BEACON: ['host/authentication', 'unclear'],
  RX_DROP_U_UNPROT_UNICAST_PUB_ACTION: ['host/authentication', 'unclear'],
  RX_DROP_U_UNPROT_ROBUST_ACTION: ['host/authentication', 'unclear'],
  RX_DROP_U_ACTION_UNKNOWN_SRC: ['host/protocol-state', 'unclear'],
  RX_DROP_U_REJECTED_ACTION_RESPONSE: ['host/protocol-state', 'unclear'],
  RX_DROP_U_EXPECT_DEFRAG_PROT: ['host/authentication', 'unclear'],
  RX_DROP_U_WEP_DEC_FAIL: ['host/authentication', 'unclear'],
  RX_DROP_U_NO_IV: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_NO_ICV: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_AP_RX_GROUPCAST: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_SHORT_MMIC: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_MMIC_FAIL: ['host/authentication', 'unclear'],
  RX_DROP_U_SHORT_TKIP: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_TKIP_FAIL: ['host/authentication', 'unclear'],
  RX_DROP_U_SHORT_CCMP: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_SHORT_CCMP_MIC: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_SHORT_GCMP: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_SHORT_GCMP_MIC: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_SHORT_CMAC: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_SHORT_CMAC256: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_SHORT_GMAC: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_UNEXPECTED_VLAN_4ADDR: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_UNEXPECTED_STA_4ADDR: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_UNEXPECTED_VLAN_MCAST: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_NOT_PORT_CONTROL: ['policy/l2/acl', 'intended'],
  RX_DROP_U_UNEXPECTED_4ADDR_FRAME: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_BAD_BCN_KEYIDX: ['host/authentication', 'unclear'],
  RX_DROP_U_BAD_MGMT_KEYIDX: ['host/authentication', 'unclear'],
  RX_DROP_U_UNKNOWN_ACTION_REJECTED: ['host/no-listener', 'unclear'],

  // Seen in 7.3. In 6.12 most of these drops are RX_DROP_MONITOR.
  RX_DROP_U_MESH_DS_BITS: ['errors/l2/rx/invalid-frame', 'unclear'],
  // The node's own broadcast, which its neighbours repeat for others.
  RX_DROP_U_MESH_A3_MISMATCH: ['host/not-for-us', 'intended'],
  RX_DROP_U_MESH_NO_A4: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_MESH_A4_MISMATCH: ['errors/l2/rx/invalid-mac', 'unintended'],
  RX_DROP_U_MESH_UNEXP_DATA: ['host/protocol-state', 'unclear'],
  RX_DROP_U_MESH_WRONG_ACTION: ['host/protocol-state', 'unclear'],
  RX_DROP_U_MESH_UNEXP_MGMT: ['host/protocol-state', 'unclear'],
  RX_DROP_U_SPURIOUS_NOTIF: ['host/protocol-state', 'unclear'],
  RX_DROP_U_RUNT_DATA: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_KEY_TAINTED: ['host/authentication', 'unclear'],
  RX_DROP_U_UNPROTECTED: ['host/authentication', 'unclear'],
  RX_DROP_U_MCAST_FRAGMENT: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_DEFRAG_MISMATCH: ['host/reassembly', 'unintended'],
  RX_DROP_U_RUNT_MESH_DATA: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_MESH_NO_TTL: ['errors/l3/ttl-expired', 'unintended'],
  RX_DROP_U_MESH_RMC: ['host/duplicate', 'intended'],
  RX_DROP_U_MESH_BAD_AE: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_MESH_TTL_EXPIRED: ['errors/l3/ttl-expired', 'unintended'],
  RX_DROP_U_MESH_NOT_FORWARDING: ['host/disabled', 'intended'],
  RX_DROP_U_AMSDU_WITHOUT_DATA: ['errors/l2/rx/invalid-frame', 'unintended'],
  // Says only whether its sender sleeps.
  RX_DROP_U_NULL_DATA: ['host/no-listener', 'intended'],
  RX_DROP_U_UNEXPECTED_4ADDR: ['errors/l2/rx/invalid-frame', 'unintended'],
  // No login, or no encryption, or a login frame for another station.
  RX_DROP_U_PORT_CONTROL: ['host/authentication', 'unclear'],
  RX_DROP_U_UNKNOWN_STA: ['host/protocol-state', 'unclear'],
  RX_DROP_U_RUNT_BAR: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_BAR_OUTSIDE_SESSION: ['host/protocol-state', 'unclear'],
  RX_DROP_U_CTRL_FRAME: ['host/no-listener', 'unclear'],
  RX_DROP_U_RUNT_MGMT: ['errors/l2/rx/invalid-frame', 'unintended'],
  RX_DROP_U_EXPECTED_MGMT: ['host/no-listener', 'unclear'],
  RX_DROP_U_NONBCAST_BEACON: ['errors/l2/rx/invalid-mac', 'unintended'],
  // In spite of its name: an access point got an action frame that nobody took.
  RX_DROP_U_MALFORMED_ACTION: ['host/no-listener', 'unclear'],
  RX_DROP_U_UNKNOWN_MCAST_ACTION: ['host/no-listener', 'unclear'],
  RX_DROP_U_UNEXPECTED_EXT_FRAME: ['host/no-listener', 'unclear'],
  RX_DROP_U_UNHANDLED_MGMT: ['host/no-listener', 'unclear'],
  RX_DROP_U_MCAST_DEAUTH: ['errors/l2/rx/invalid-mac', 'unintended'],
  RX_DROP_U_UNHANDLED_DEAUTH: ['host/no-listener', 'unclear'],
  RX_DROP_U_MCAST_DISASSOC: ['errors/l2/rx/invalid-mac', 'unintended'],
  RX_DROP_U_UNHANDLED_DISASSOC: ['host/no-listener', 'unclear'],
  // Neither a station nor an OCB node answers probe requests.
  RX_DROP_U_UNHANDLED_PREQ: ['host/no-listener', 'intended'],
  RX_DROP_U_UNHANDLED_MGMT_STYPE: ['host/no-listener', 'unclear'],
  RX_DROP_U_NO_LINK: ['errors/internal', 'unintended'],
  RX_DROP_U_DEFRAG_OVERFLOW: ['errors/l2/rx/invalid-frame', 'unintended'],
};

/**
 * Reasons of queueing disciplines (include/net/dropreason-qdisc.h, Linux 7.2 and 7.3). The drop monitor reports
 * QDISC_DROP for them; other programs have these names from the tracepoint qdisc_drop.
 */
export const QDISC_REASONS: ClassRows = {
  QDISC_DROP_GENERIC: ['no-buffer', 'unclear'],
  QDISC_DROP_OVERLIMIT: ['no-buffer', 'unintended'],
  QDISC_DROP_CONGESTED: ['no-buffer', 'unclear'],
  QDISC_DROP_MAXFLOWS: ['no-buffer', 'unintended'],
  QDISC_DROP_FLOOD_PROTECTION: ['no-buffer', 'unclear'],
  QDISC_DROP_BAND_LIMIT: ['no-buffer', 'unintended'],
  QDISC_DROP_HORIZON_LIMIT: ['policy/l3/policer', 'intended'],
  QDISC_DROP_FLOW_LIMIT: ['no-buffer', 'unclear'],
  QDISC_DROP_L4S_STEP_NON_ECN: ['no-buffer', 'unclear'],
};
