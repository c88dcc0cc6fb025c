import type { Explanation, Explanations } from '../explanation.js';

const ACTIONS = '6.12 net/openvswitch/actions.c';
const FLOWS = 'ovs-appctl dpctl/dump-flows -m';
const TRACE = 'ovs-appctl ofproto/trace BRIDGE in_port=PORT,ip,nw_src=SOURCE,nw_dst=ADDRESS';
const NOT_TOLD =
  'The sender is not told: Open vSwitch sends neither ICMP errors nor resets for it. TCP sends again.';

/** A row of Open vSwitch. Each packet with such a reason matched a flow, whose packets count. */
function row(
  func: string,
  { counters, ...facts }: Omit<Explanation, 'sender' | 'counters' | 'source'> & { counters?: string },
): Explanation {
  return {
    ...facts,
    sender: NOT_TOLD,
    counters:
      (counters ?? 'No counter counts these drops alone.') +
      ' The packet counts as a hit in ovs-dpctl show, and in its flow in ovs-appctl dpctl/dump-flows.',
    source: [`${ACTIONS} ${func}`],
  };
}

/** Reasons of Open vSwitch in the kernel (net/openvswitch/drop.h). */
export const OPENVSWITCH: Explanations = {
  OVS_DROP_LAST_ACTION: row('do_execute_actions', {
    what:
      'The list of actions of the flow ended, and its last action did not take the packet. ' +
      'A flow that is shown with actions:drop has an empty list, and ends here, too.',
    causes: [
      [
        'An OpenFlow rule says drop, or no rule matched and the table drops misses.',
        'The flow in dpctl/dump-flows has actions:drop; ofproto/trace names the rule or table.',
      ],
      [
        'The flow changes the packet and sends it nowhere.',
        'The last action in dpctl/dump-flows is set, push or pop, not a port.',
      ],
      [
        'The last action takes samples, and this packet was no sample.',
        'The last action in dpctl/dump-flows is sample. That is as intended.',
      ],
    ],
    next: [FLOWS, TRACE, 'ovs-ofctl dump-flows BRIDGE'],
  }),
  OVS_DROP_ACTION_ERROR: row('do_execute_actions', {
    what: 'An action of the flow failed on this packet, and the rest of the actions was not carried out.',
    causes: [
      [
        'The packet is too short or does not have the header that the action changes.',
        'The action (set, pop_mpls, pop_vlan, pop_nsh) and the packet do not fit.',
      ],
      [
        'Before recirc or ct, the kernel could not read the headers of the changed packet.',
        'An action before recirc or ct in the flow takes a header away.',
      ],
      [
        'Memory ran out when the packet was copied to be changed.',
        'journalctl -k shows page allocation failures at the same time.',
      ],
    ],
    next: [FLOWS, "dropcap -r FILE 'reason = OVS_DROP_ACTION_ERROR'", 'journalctl -k'],
    counters: 'None, but debug messages of the kernel: action execution error on datapath.',
  }),
  OVS_DROP_EXPLICIT: row('do_execute_actions', {
    what: 'The flow has an explicit action drop, without an error code: the packet was meant to be dropped.',
    causes: [
      ['An OpenFlow rule drops such packets.', 'ofproto/trace names the rule; its n_packets rises.'],
      [
        'No rule of the last table matched, and a miss means drop.',
        'ofproto/trace shows no match in the last table.',
      ],
    ],
    next: [TRACE, 'ovs-ofctl dump-flows BRIDGE', FLOWS],
  }),
  OVS_DROP_EXPLICIT_WITH_ERROR: row('do_execute_actions', {
    what:
      'The flow has an explicit action drop with an error code. ' +
      'The program that set the flow, usually ovs-vswitchd, could not translate the OpenFlow rules.',
    causes: [
      [
        'The OpenFlow rules send the packet in a circle: too many resubmits or recirculations.',
        'ofproto/trace ends with a message about too many resubmits or too deep recursion.',
      ],
      [
        'The rules need something that the datapath does not support.',
        'ofproto/trace or the log of ovs-vswitchd names the action.',
      ],
    ],
    next: [TRACE, 'journalctl -u ovs-vswitchd', FLOWS],
  }),
  OVS_DROP_METER: row('do_execute_actions', {
    what: 'A meter of the flow found the traffic to be above its rate and burst, and its band says drop.',
    causes: [
      [
        'More traffic comes than the meter allows. That is as intended.',
        'meter-stats shows that packets of the band rise together with the drops.',
      ],
      [
        'The burst is too small for traffic whose mean rate is below the limit.',
        'Drops come in short groups, and the mean rate is below the rate of the band.',
      ],
    ],
    next: ['ovs-ofctl -O OpenFlow13 meter-stats BRIDGE', 'ovs-ofctl -O OpenFlow13 dump-meters BRIDGE', FLOWS],
    counters: 'The packets and bytes of the band, in ovs-ofctl meter-stats.',
  }),
  OVS_DROP_RECURSION_LIMIT: row('ovs_execute_actions', {
    what:
      'The packet came back into Open vSwitch more than 5 times while it was worked on, and was ' +
      'dropped as a loop.',
    causes: [
      [
        'Bridges or datapaths send the packet to each other in a circle, for example over internal ' +
          'or veth ports.',
        'ofproto/trace on each bridge shows that the packet comes back to the first one.',
      ],
      [
        'More than 5 bridges or datapaths follow each other.',
        'ovs-vsctl show lists a chain of that length, and the packet never comes back.',
      ],
    ],
    next: ['journalctl -k -g "recursion limit"', 'ovs-vsctl show', TRACE],
    counters: 'None, but the kernel logs: ovs: recursion limit reached on datapath.',
  }),
  OVS_DROP_DEFERRED_LIMIT: row('clone_execute', {
    what:
      'The actions of the packet are nested too deeply to run at once, and the queue for later ' +
      'actions was full. ' +
      'The queue has 9 places for each processor.',
    causes: [
      [
        'The flow makes many copies that are recirculated, sampled or cloned.',
        'dpctl/dump-flows shows many recirc, sample, clone or check_pkt_len in one flow.',
      ],
      [
        'The packet is recirculated in a circle.',
        'The log names a recirc_id; the flow with that recirc_id leads back to the first one.',
      ],
    ],
    next: ['journalctl -k -g "deferred action limit"', FLOWS, TRACE],
    counters: 'None, but the kernel logs: deferred action limit reached, drop sample or recirc action.',
  }),
  OVS_DROP_FRAG_L2_TOO_LONG: row('ovs_fragment', {
    what:
      'Connection tracking had put fragments together, and the packet had to be fragmented again to ' +
      'go out. ' +
      'Its headers before IP are longer than 30 bytes, for which Open vSwitch has no room.',
    causes: [
      [
        'The flow pushed several tags or labels: 30 bytes are Ethernet, one VLAN tag and 3 MPLS labels.',
        'dpctl/dump-flows shows several push_vlan or push_mpls before the output.',
      ],
    ],
    next: [
      FLOWS,
      'journalctl -k -g "L2 header too long"',
      "dropcap -r FILE 'reason = OVS_DROP_FRAG_L2_TOO_LONG'",
    ],
    counters: 'None, but the kernel logs: L2 header too long to fragment.',
  }),
  OVS_DROP_FRAG_INVALID_PROTO: row('ovs_fragment', {
    what:
      'Connection tracking had put fragments together, and the packet had to be fragmented again to ' +
      'go out. ' +
      'It is neither IPv4 nor IPv6 any more, so it cannot be fragmented.',
    causes: [
      [
        'The flow put a header before IP, such as MPLS or NSH, after the action ct.',
        'dpctl/dump-flows shows push_mpls or push_nsh between ct and the output.',
      ],
    ],
    next: [
      FLOWS,
      'journalctl -k -g "Failed fragment"',
      "dropcap -r FILE 'reason = OVS_DROP_FRAG_INVALID_PROTO'",
    ],
    counters: 'None, but the kernel warns once: Failed fragment, with EtherType, MRU and MTU.',
  }),
  OVS_DROP_CONNTRACK: {
    ...row('do_execute_actions', {
      what:
        'The action ct of the flow failed: connection tracking did not accept the packet. ' +
        'Packets that are only invalid (ct_state=+inv) are not dropped by it.',
      causes: [
        [
          'The table of connections is full.',
          'journalctl -k shows: nf_conntrack: table full, dropping packet. conntrack -S has drop rising.',
        ],
        [
          'The zone has reached its limit of connections.',
          'journalctl -k shows: exceeds conntrack limit. ovs-appctl dpctl/ct-get-limits shows the limit.',
        ],
        [
          'NAT found no free address and port, or two packets raced to create one connection.',
          'The flow has ct(nat); conntrack -S has insert_failed or clash_resolve rising.',
        ],
        [
          'A helper, such as that for FTP or SIP, refused the packet.',
          'The flow has ct(helper=...), and the packet belongs to that protocol.',
        ],
      ],
      next: [
        'conntrack -S',
        'sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max',
        'ovs-appctl dpctl/ct-get-limits',
        'journalctl -k -g conntrack',
      ],
      counters: 'conntrack -S: drop if the table is full, insert_failed if a connection could not be added.',
    }),
    source: ['6.12 net/openvswitch/conntrack.c ovs_ct_execute'],
  },
  OVS_DROP_IP_TTL: row('dec_ttl_exception_handler', {
    what:
      'The action dec_ttl of the flow met a packet with a TTL (hop limit) of 1 or 0. ' +
      'The flow has no actions for that case.',
    causes: [
      [
        'Somebody runs traceroute through the logical router. That is normal.',
        'Few packets a second, with a small TTL, to UDP ports from 33434 or as ICMP echo.',
      ],
      [
        'The packet goes in a circle between logical routers.',
        'The same packet (IP identification) comes many times, and the rate is high.',
      ],
    ],
    next: ["dropcap -r FILE 'reason = OVS_DROP_IP_TTL'", TRACE, FLOWS],
  }),
};
