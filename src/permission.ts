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

/**
 * Reads the permission of a process.
 * @param status text of its /proc/PID/status. Without the lines `Uid` and `CapEff`, every capability is missing.
 */
export function permissionOf(status: string): Permission {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return {
    root: /^Uid:\s+\d+\s+0\s/m.test(status),
    missing: NEEDED.filter(({ number }) => ((effective >> BigInt(number)) & 1n) === 0n).map(
      ({ name }) => name,
    ),
  };
}

/** What to do to get capabilities, for root of a container and for other users: `run dropcap as root: sudo dropcap ...`. */
export function permissionFix({ root, missing }: Permission): string {
  if (!root) return 'run dropcap as root: sudo dropcap ...';
  const options = missing.map((name) => `--cap-add=${name.replace('CAP_', '')}`).join(' ');
  return `give this root the missing capability, in a container with the options ${options} --network=host, or run dropcap on the host`;
}

/**
 * The end of an error message for EPERM, in parentheses. For root that lacks capabilities, names them.
 * @param status text of /proc/self/status, for tests.
 */
export function permissionHint(status: string = readStatus()): string {
  const permission = permissionOf(status);
  const { root, missing } = permission;
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
