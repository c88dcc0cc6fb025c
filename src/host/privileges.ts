import { readlinkSync } from 'node:fs';
import { type HostFiles, readText } from './files.js';

// linux/capability.h
const CAP_NET_ADMIN = 12;
const CAP_SYS_ADMIN = 21;

/** What this process may do, and where it is. */
export interface Privileges {
  /** CAP_NET_ADMIN is in effect: settings, START and STOP of the monitor ask for it. */
  readonly netAdmin: boolean;
  /** CAP_SYS_ADMIN is in effect: listening asks for it. */
  readonly sysAdmin: boolean;
  /** Whether capabilities are those of the first user namespace, the only ones that the drop monitor takes. */
  readonly firstUserNamespace: boolean;
  /** Whether the network namespace is process 1's; undefined when that may not be seen. */
  readonly firstNetworkNamespace: boolean | undefined;
}

export function readPrivileges(files: HostFiles): Privileges {
  const status = readText(`${files.proc}/self/status`, 65_536) ?? '';
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  const has = (capability: number) => ((effective >> BigInt(capability)) & 1n) === 1n;
  const map = readText(`${files.proc}/self/uid_map`, 4096);
  return {
    netAdmin: has(CAP_NET_ADMIN),
    sysAdmin: has(CAP_SYS_ADMIN),
    // All users, each as itself. Kernels without user namespaces have no such file.
    firstUserNamespace: map === undefined || /^\s*0\s+0\s+4294967295\s*$/.test(map),
    firstNetworkNamespace: compareNamespaces(files),
  };
}

function compareNamespaces(files: HostFiles): boolean | undefined {
  try {
    return readlinkSync(`${files.proc}/self/ns/net`) === readlinkSync(`${files.proc}/1/ns/net`);
  } catch {
    return undefined;
  }
}
