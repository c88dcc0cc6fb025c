import type { Explanations } from './explanation.js';
import { FUNCTIONS as OTHER_FUNCTIONS } from './functions/functions.js';
import { PLACES, REASONS_AT_PLACES } from './functions/places.js';
import { BRIDGE } from './reasons/bridge.js';
import { CHECKSUMS } from './reasons/checksums.js';
import { DEVICES } from './reasons/devices.js';
import { FRAGMENTS } from './reasons/fragments.js';
import { ICMP } from './reasons/icmp.js';
import { IP_INPUT } from './reasons/ipInput.js';
import { IP_OUTPUT } from './reasons/ipOutput.js';
import { NEIGHBOUR_DISCOVERY } from './reasons/neighbourDiscovery.js';
import { NEIGHBOURS } from './reasons/neighbours.js';
import { NO_REASON } from './reasons/noReason.js';
import { OPENVSWITCH } from './reasons/openvswitch.js';
import { OTHER_LINKS } from './reasons/otherLinks.js';
import { POLICIES } from './reasons/policies.js';
import { QDISC_CONGESTION } from './reasons/qdiscCongestion.js';
import { QDISC_LIMITS } from './reasons/qdiscLimits.js';
import { QDISCS } from './reasons/qdiscs.js';
import { QUEUES } from './reasons/queues.js';
import { ROUTING } from './reasons/routing.js';
import { SOCKETS } from './reasons/sockets.js';
import { TAP } from './reasons/tap.js';
import { TCP_ACKNOWLEDGEMENTS } from './reasons/tcpAcknowledgements.js';
import { TCP_AUTHENTICATION } from './reasons/tcpAuthentication.js';
import { TCP_QUEUES } from './reasons/tcpQueues.js';
import { TCP_SEQUENCE } from './reasons/tcpSequence.js';
import { TCP_STATES } from './reasons/tcpStates.js';
import { TCP_TIMESTAMPS } from './reasons/tcpTimestamps.js';
import { TRAFFIC_CONTROL } from './reasons/trafficControl.js';
import { TUNNELS } from './reasons/tunnels.js';
import { UNIX_SOCKETS } from './reasons/unixSockets.js';
import { HOST_CONTROL_TRAPS } from './traps/trapsControlHosts.js';
import { LINK_CONTROL_TRAPS } from './traps/trapsControlLink.js';
import { ROUTING_CONTROL_TRAPS } from './traps/trapsControlRouting.js';
import { EXCEPTION_TRAPS } from './traps/trapsExceptions.js';
import { LAYER2_TRAPS } from './traps/trapsLayer2.js';
import { PARSER_TRAPS } from './traps/trapsParser.js';
import { ROUTING_TRAPS } from './traps/trapsRouting.js';
import { RULE_TRAPS } from './traps/trapsRules.js';
import { WIRELESS_CIPHERS } from './wireless/wirelessCiphers.js';
import { WIRELESS_FRAMES } from './wireless/wirelessFrames.js';
import { WIRELESS_KEYS } from './wireless/wirelessKeys.js';
import { WIRELESS_MANAGEMENT } from './wireless/wirelessManagement.js';
import { WIRELESS_MESH } from './wireless/wirelessMesh.js';
import { WIRELESS_REFUSED } from './wireless/wirelessRefused.js';
import { WIRELESS_UNNAMED } from './wireless/wirelessUnnamed.js';
import { WIRELESS_UNWANTED } from './wireless/wirelessUnwanted.js';

/** Explanations of drop reasons, without SKB_DROP_REASON_. */
export const REASONS: Explanations = {
  ...BRIDGE,
  ...CHECKSUMS,
  ...DEVICES,
  ...FRAGMENTS,
  ...ICMP,
  ...IP_INPUT,
  ...IP_OUTPUT,
  ...NEIGHBOUR_DISCOVERY,
  ...NEIGHBOURS,
  ...NO_REASON,
  ...OPENVSWITCH,
  ...OTHER_LINKS,
  ...POLICIES,
  ...QDISC_CONGESTION,
  ...QDISC_LIMITS,
  ...QDISCS,
  ...QUEUES,
  ...ROUTING,
  ...SOCKETS,
  ...TAP,
  ...TCP_ACKNOWLEDGEMENTS,
  ...TCP_AUTHENTICATION,
  ...TCP_QUEUES,
  ...TCP_SEQUENCE,
  ...TCP_STATES,
  ...TCP_TIMESTAMPS,
  ...TRAFFIC_CONTROL,
  ...TUNNELS,
  ...UNIX_SOCKETS,
  ...WIRELESS_CIPHERS,
  ...WIRELESS_FRAMES,
  ...WIRELESS_KEYS,
  ...WIRELESS_MANAGEMENT,
  ...WIRELESS_MESH,
  ...WIRELESS_REFUSED,
  ...WIRELESS_UNNAMED,
  ...WIRELESS_UNWANTED,
};
/** Explanations of drop reasons at one function: `REASON function`. */
export const REASONS_AT_FUNCTIONS: Explanations = REASONS_AT_PLACES;
/** Explanations of devlink traps. */
export const TRAPS: Explanations = {
  ...HOST_CONTROL_TRAPS,
  ...LINK_CONTROL_TRAPS,
  ...ROUTING_CONTROL_TRAPS,
  ...EXCEPTION_TRAPS,
  ...LAYER2_TRAPS,
  ...PARSER_TRAPS,
  ...ROUTING_TRAPS,
  ...RULE_TRAPS,
};
/** Explanations of functions, for drops without a reason: those with a class, then others that people see in files. */
export const FUNCTIONS: Explanations = { ...PLACES, ...OTHER_FUNCTIONS };
