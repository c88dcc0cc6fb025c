import type { Explanation, Explanations } from '../explanation.js';
import { wirelessRow } from './wirelessRow.js';

const CHECK = '7.3 rx.c ieee80211_rx_mesh_check';
const DATA = '7.3 rx.c ieee80211_rx_mesh_data';
const PEERS = 'iw dev IFACE station dump';
const PATHS = 'iw dev IFACE mpath dump';

/** A frame of a mesh network. Linux 7.3 has a reason for each case; 6.12 says RX_DROP_MONITOR. */
function meshRow(
  reason: string,
  what: string,
  causes: Explanation['causes'],
  source: string,
  extra: { counters?: string; next?: readonly string[] } = {},
): Explanation {
  return wirelessRow(reason, {
    what,
    causes,
    next: [PATHS, 'iw dev IFACE mesh_param dump'],
    ...extra,
    source: [source],
  });
}

const STRANGE: Explanation['causes'][number] = [
  'A device that is not of the mesh, or a test tool, sends the frame.',
  `The source address is not in ${PEERS}.`,
];
const BUILT: Explanation['causes'][number] = [
  'A device builds mesh frames wrongly.',
  'All frames come from one device.',
];
const NO_PEER: Explanation['causes'][number] = [
  'The two sides are not yet or no longer peers, for example after a restart.',
  `${PEERS} does not list the sender with mesh plink: ESTAB.`,
];

/** Reasons of mesh networks, Linux 7.3. */
export const WIRELESS_MESH: Explanations = {
  RX_DROP_U_MESH_DS_BITS: meshRow(
    'RX_DROP_U_MESH_DS_BITS',
    'A broadcast data frame on a mesh interface does not have the direction bits of a mesh (FromDS only).',
    [
      [
        'The frame belongs to an access point or an ad hoc network on the channel.',
        'Its BSSID is that of such a network.',
      ],
      BUILT,
    ],
    CHECK,
  ),
  RX_DROP_U_MESH_A3_MISMATCH: meshRow(
    'RX_DROP_U_MESH_A3_MISMATCH',
    'A broadcast data frame of the mesh has the address of this station as its origin: it came back.',
    [
      [
        'Neighbours repeat the broadcasts of this station. That is normal.',
        'One frame for each neighbour and broadcast.',
      ],
    ],
    CHECK,
  ),
  RX_DROP_U_MESH_NO_A4: meshRow(
    'RX_DROP_U_MESH_NO_A4',
    'A unicast data frame on a mesh interface does not have the 4 addresses of a mesh.',
    [STRANGE, BUILT],
    CHECK,
  ),
  RX_DROP_U_MESH_A4_MISMATCH: meshRow(
    'RX_DROP_U_MESH_A4_MISMATCH',
    'A unicast data frame of the mesh has the address of this station as its origin: it came back.',
    [['Paths of the mesh lead in a circle.', `${PATHS} on the neighbours names this station as next hop.`]],
    CHECK,
  ),
  RX_DROP_U_MESH_UNEXP_DATA: meshRow(
    'RX_DROP_U_MESH_UNEXP_DATA',
    'A data or control frame came from a station that is not a peer in the mesh.',
    [NO_PEER, STRANGE],
    CHECK,
  ),
  RX_DROP_U_MESH_WRONG_ACTION: meshRow(
    'RX_DROP_U_MESH_WRONG_ACTION',
    'An action frame came from a station that is not a peer, and is not of the kinds by which ' +
      'stations become peers.',
    [NO_PEER, STRANGE],
    CHECK,
  ),
  RX_DROP_U_MESH_UNEXP_MGMT: meshRow(
    'RX_DROP_U_MESH_UNEXP_MGMT',
    'A management frame came from a station that is not a peer, and is neither beacon, probe nor ' +
      'authentication.',
    [STRANGE, NO_PEER],
    CHECK,
  ),
  RX_DROP_U_RUNT_MESH_DATA: meshRow(
    'RX_DROP_U_RUNT_MESH_DATA',
    'A data frame of the mesh is too short for its mesh header.',
    [BUILT, ['The frame was damaged.', 'Single frames, with a weak signal.']],
    DATA,
  ),
  RX_DROP_U_MESH_NO_TTL: meshRow(
    'RX_DROP_U_MESH_NO_TTL',
    'A data frame of the mesh came with a time to live of 0. The station before should have dropped it.',
    [BUILT],
    DATA,
  ),
  RX_DROP_U_MESH_RMC: meshRow(
    'RX_DROP_U_MESH_RMC',
    'A broadcast frame of the mesh came before: its origin and sequence number are in the cache. ' +
      'Nothing is lost.',
    [
      [
        'Several neighbours repeat each broadcast. That is normal.',
        'About one drop for each further neighbour.',
      ],
    ],
    DATA,
  ),
  RX_DROP_U_MESH_BAD_AE: meshRow(
    'RX_DROP_U_MESH_BAD_AE',
    'A unicast frame of the mesh says in its header that it has more addresses, but in a form that ' +
      'is only for broadcast.',
    [BUILT],
    DATA,
  ),
  RX_DROP_U_MESH_TTL_EXPIRED: meshRow(
    'RX_DROP_U_MESH_TTL_EXPIRED',
    'A unicast frame that this station should pass on in the mesh has used up its time to live.',
    [
      [
        'The path is longer than the TTL of the origin allows.',
        'iw dev IFACE get mesh_param mesh_ttl is small there.',
      ],
      ['Paths of the mesh lead in a circle.', 'The same frame comes many times.'],
    ],
    DATA,
    { counters: 'dropped_frames_ttl in debugfs (netdev:IFACE/mesh_stats) rises.' },
  ),
  RX_DROP_U_MESH_NOT_FORWARDING: meshRow(
    'RX_DROP_U_MESH_NOT_FORWARDING',
    'A unicast frame is for another station of the mesh, and this station does not pass frames on.',
    [
      [
        'Forwarding is switched off here. That is as intended.',
        'iw dev IFACE get mesh_param mesh_fwding says 0.',
      ],
    ],
    DATA,
    { next: ['iw dev IFACE get mesh_param mesh_fwding', PATHS] },
  ),
};
