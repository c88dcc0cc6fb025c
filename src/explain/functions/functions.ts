import type { Explanations } from '../explanation.js';
import { DEVICE_FUNCTIONS } from './functionsDevice.js';
import { FIREWALL_FUNCTIONS } from './functionsFirewall.js';
import { ICMP_FUNCTIONS } from './functionsIcmp.js';
import { IP_FUNCTIONS } from './functionsIp.js';
import { LINK_FUNCTIONS } from './functionsLink.js';
import { NEIGHBOUR_FUNCTIONS } from './functionsNeighbour.js';
import { TCP_FUNCTIONS } from './functionsTcp.js';
import { UDP_FUNCTIONS } from './functionsUdp.js';
import { UNIX_FUNCTIONS } from './functionsUnix.js';

/** Functions that drop packets with several causes. They have no class: the reason, if there is one, says which cause it was. */
export const FUNCTIONS: Explanations = {
  ...DEVICE_FUNCTIONS,
  ...LINK_FUNCTIONS,
  ...FIREWALL_FUNCTIONS,
  ...NEIGHBOUR_FUNCTIONS,
  ...IP_FUNCTIONS,
  ...ICMP_FUNCTIONS,
  ...TCP_FUNCTIONS,
  ...UDP_FUNCTIONS,
  ...UNIX_FUNCTIONS,
};
