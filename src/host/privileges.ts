import { readlinkSync } from 'node:fs';
import { type Permission, permissionOf } from '../permission.js';
import { type HostFiles, readText } from './files.js';

/** This process's capabilities and namespaces. */
export interface Privileges {
  readonly permission: Permission;
  /** Whether this is the first user namespace. The drop monitor accepts no capabilities of other user namespaces. */
  readonly firstUserNamespace: boolean;
  /** Whether this is the network namespace of process 1; undefined when this user may not see that. */
  readonly firstNetworkNamespace: boolean | undefined;
}

export function readPrivileges(files: HostFiles): Privileges {
  const status = readText(`${files.proc}/self/status`, 65_536) ?? '';
  const map = readText(`${files.proc}/self/uid_map`, 4096);
  return {
    permission: permissionOf(status),
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
