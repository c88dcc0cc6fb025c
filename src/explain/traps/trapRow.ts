import type { Explanation } from '../explanation.js';

/** What the row of one devlink trap adds to what all traps of its type have in common. */
export interface TrapFacts {
  /** The trap's name in the kernel's enum devlink_trap_generic_id, without its prefix. */
  readonly id: string;
  /** Drivers that report the trap, the same in Linux 6.12 and 7.3. netdevsim only simulates traps. */
  readonly drivers: readonly Driver[];
  readonly what: string;
  readonly causes: Explanation['causes'];
  /** Commands that are particular to the trap. */
  readonly next: readonly string[];
  /** The driver does not let devlink set the action of this one trap. */
  readonly fixedAction?: true;
  readonly sender?: string;
  /** Counters beside those of devlink. */
  readonly counters?: string;
  readonly source?: readonly string[];
}

export type Driver = keyof typeof DRIVERS;

/** The array or function of a driver that shows which traps it reports. */
const DRIVERS = {
  mlxsw: '6.12 drivers/net/ethernet/mellanox/mlxsw/spectrum_trap.c mlxsw_sp_trap_items_arr',
  mlx5: '6.12 drivers/net/ethernet/mellanox/mlx5/core/devlink.c mlx5_traps_arr',
  prestera: '6.12 drivers/net/ethernet/marvell/prestera/prestera_devlink.c prestera_trap_items_arr',
  'dpaa2-eth': '6.12 drivers/net/ethernet/freescale/dpaa2/dpaa2-eth-devlink.c dpaa2_eth_traps_arr',
  netdevsim: '6.12 drivers/net/netdevsim/dev.c nsim_traps_arr',
} as const;

const NOT_TOLD =
  'The sender is not told: the packet never enters the IP stack of the kernel, ' +
  'so nothing sends an ICMP error. TCP sends again.';

/** A trap of type drop: the device drops the packet and gives the processor a copy to look at. */
export function dropTrap(name: string, facts: TrapFacts): Explanation {
  const set = `devlink trap set DEVICE trap ${name} action trap`;
  return {
    ...common(name, facts.fixedAction === true ? facts : { ...facts, next: [set, ...facts.next] }),
    sender: facts.sender ?? NOT_TOLD,
    counters:
      'devlink -s trap show counts the packet. ' +
      (facts.fixedAction === true
        ? ''
        : 'With action drop, the default, the device drops without a report. ') +
      (facts.counters ?? 'No counter of the IP stack rises.') +
      policed(facts),
  };
}

/** A trap of type exception: the device cannot forward the packet and leaves it to the kernel's own stack. */
export function exceptionTrap(
  name: string,
  facts: TrapFacts & { sender: string; counters: string },
): Explanation {
  return {
    ...common(name, facts),
    sender: facts.sender,
    counters: `devlink -s trap show counts the packet for this trap. Also: ${facts.counters}${policed(facts)}`,
  };
}

/** mlxsw limits what the processor gets: beyond the rate the device drops packets without a report. */
function policed({ drivers }: TrapFacts): string {
  if (!drivers.includes('mlxsw')) return '';
  return (
    ' By default mlxsw gives the processor at most 10240 such packets a second; ' +
    'devlink -s trap policer show counts the rest.'
  );
}

function common(name: string, { id, drivers, what, causes, next, source }: TrapFacts) {
  return {
    what: `${what} ${reportedBy(drivers)}`,
    causes,
    next: [`devlink -s trap show DEVICE trap ${name}`, ...next],
    source: [...trapSource(name, id, drivers), ...(source ?? [])],
  };
}

/** Where the kernel defines a generic trap, describes it, and which drivers have it. */
export function trapSource(name: string, id: string, drivers: readonly Driver[]): string[] {
  return [
    `6.12 include/net/devlink.h DEVLINK_TRAP_GENERIC_ID_${id}`,
    `6.12 Documentation/networking/devlink/devlink-trap.rst ${name}`,
    ...drivers.map((driver) => DRIVERS[driver]),
  ];
}

/** A sentence with the drivers that report a trap. */
export function reportedBy(drivers: readonly Driver[]): string {
  if (drivers[0] === 'netdevsim') return 'Only netdevsim reports it, a simulated device.';
  return `Drivers that report it: ${drivers.join(', ')}.`;
}
