import { readlinkSync } from 'node:fs';
import { type HostFiles, readText } from './files.js';

// linux/capability.h
const CAP_NET_ADMIN = 12;
const CAP_SYS_ADMIN = 21;

/** This process's capabilities and namespaces. */
export interface Privileges {
  /** CAP_NET_ADMIN is in effect. Settings, START and STOP of the monitor need it. */
  readonly netAdmin: boolean;
  /** CAP_SYS_ADMIN is in effect. Joining the multicast group of alerts needs it. */
  readonly sysAdmin: boolean;
  /** Whether this is the first user namespace. The drop monitor accepts no capabilities of other user namespaces. */
  readonly firstUserNamespace: boolean;
  /** Whether this is the network namespace of process 1; undefined when this user may not see that. */
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
    // The first user namespace maps all user ids to themselves. Kernels without user namespaces lack this file.
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
