import type { Explanation } from '../explanation.js';
import { reportedBy, trapSource } from './trapRow.js';
import type { Driver } from './trapRow.js';

/** What the row of one control trap adds to what all of them have in common. */
export interface ControlFacts {
  /** The trap's name in the kernel's enum devlink_trap_generic_id, without its prefix. */
  readonly id: string;
  readonly group: keyof typeof MLXSW_RATES;
  /** Drivers that use the trap, beside mlxsw. */
  readonly drivers?: readonly Driver[];
  /** What the packet is. */
  readonly packet: string;
  /** Who on this host wants the packet, and what fails without it. */
  readonly reader: string;
  /** The device forwards the packet, too; the processor gets a copy. */
  readonly copy?: true;
  /** Why there can be too many of them, and how to see that. */
  readonly flood: readonly [cause: string, sign: string];
  /** Other causes than normal operation and a flood. */
  readonly causes?: Explanation['causes'];
  readonly next: readonly string[];
  readonly source?: readonly string[];
}

/** Packets a second that mlxsw gives the processor at most by default, by trap group; 0 is without limit. */
const MLXSW_RATES = {
  stp: 128,
  lacp: 128,
  lldp: 128,
  mc_snooping: 16384,
  dhcp: 128,
  neigh_discovery: 1024,
  bfd: 20480,
  ospf: 128,
  bgp: 1024,
  vrrp: 256,
  pim: 128,
  uc_loopback: 128,
  local_delivery: 1024,
  external_delivery: 1024,
  ipv6: 1024,
  ptp_event: 24576,
  ptp_general: 19456,
  acl_sample: 0,
  acl_trap: 1024,
  eapol: 128,
};

/** A trap of type control: the device gives the packet to the processor, whose stack or programs want it. */
export function controlTrap(name: string, facts: ControlFacts): Explanation {
  const { group, packet, reader, copy, flood, causes = [], next } = facts;
  const drivers: readonly Driver[] = ['mlxsw', ...(facts.drivers ?? [])];
  const rate = MLXSW_RATES[group];
  const action =
    copy === undefined ? 'gave it to the processor' : 'forwarded it, and gave the processor a copy';
  return {
    what: `${packet} The device did not drop the packet, but ${action}. ${reader} ${reportedBy(drivers)}`,
    causes: [
      ['Normal operation.', 'The count of the trap rises slowly, and the policer of its group has no drops.'],
      flood,
      ...causes,
    ],
    sender:
      rate === 0
        ? 'Nothing was lost.'
        : 'Nothing was lost, unless the policer dropped it. The sender is not told of that.',
    counters:
      `devlink -s trap show counts the packet. The kernel's drop monitor does not report control traps. ` +
      (rate === 0
        ? `mlxsw has no policer for the group ${group}.`
        : `mlxsw lets ${rate} packets a second of the group ${group} pass by default; ` +
          'devlink -s trap policer show counts those that its policer dropped.'),
    next: [
      `devlink -s trap show DEVICE trap ${name}`,
      `devlink -s trap group show DEVICE group ${group}`,
      ...(rate === 0 ? [] : ['devlink -s trap policer show']),
      ...next,
    ],
    source: [
      ...trapSource(name, facts.id, drivers),
      '6.12 net/core/drop_monitor.c net_dm_hw_trap_packet_probe',
      ...(facts.source ?? []),
    ],
  };
}
