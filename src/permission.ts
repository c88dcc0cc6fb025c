import { readFileSync } from 'node:fs';

/** The capabilities that a capture needs, by their numbers in linux/capability.h. */
const NEEDED = [
  { name: 'CAP_NET_ADMIN', number: 12 },
  { name: 'CAP_SYS_ADMIN', number: 21 },
] as const;

/** What this process may do. */
export interface Permission {
  /** Whether its effective user is root. Root of a container may lack capabilities. */
  readonly root: boolean;
  /** The names of the capabilities that a capture needs and that are not in effect. */
  readonly missing: readonly string[];
}

/** The names of the needed capabilities that are not in a set of /proc/PID/status. Without this line, all of them. */
function missingIn(status: string, set: 'CapEff' | 'CapBnd'): string[] {
  const bits = BigInt(`0x${new RegExp(`^${set}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0'}`);
  return NEEDED.filter(({ number }) => ((bits >> BigInt(number)) & 1n) === 0n).map(({ name }) => name);
}

/**
 * Reads the permission of a process.
 * @param status text of its /proc/PID/status. Without the lines `Uid` and `CapEff`, every capability is missing.
 */
export function permissionOf(status: string): Permission {
  return { root: /^Uid:\s+\d+\s+0\s/m.test(status), missing: missingIn(status, 'CapEff') };
}

/** What to do to get capabilities, for root of a container and for other users: `run dropcap as root: sudo dropcap ...`. */
export function permissionFix({ root, missing }: Permission): string {
  if (!root) return 'run dropcap as root: sudo dropcap ...';
  const options = missing.map((name) => `--cap-add=${name.replace('CAP_', '')}`).join(' ');
  return `give this root the missing capability, in a container with the options ${options} --network=host, or run dropcap on the host`;
}

/**
 * The end of an error message for EPERM, in parentheses. Names the capabilities that root lacks, or that no program of this
 * user can get.
 * @param status text of /proc/self/status, for tests.
 */
export function permissionHint(status: string = readStatus()): string {
  const permission = permissionOf(status);
  const { root, missing } = permission;
  // No program that a process starts gets a capability that is not in its bounding set, also not the guard.
  const denied = missingIn(status, 'CapBnd');
  if (!root && denied.length > 0)
    return ` (the container or the service does not allow ${denied.join(' and ')}: docs/service.md)`;
  if (!root) return ' (run as root; dropcap doctor explains how an ordinary user may capture)';
  if (missing.length === 0) return ' (dropcap doctor reports what a capture needs)';
  return ` (${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing: ${permissionFix(permission)})`;
}

function readStatus(): string {
  try {
    return readFileSync('/proc/self/status', 'latin1');
  } catch {
    return '';
  }
}
