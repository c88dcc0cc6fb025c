import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { NET_DM_GRP_ALERT } from '../dropmon/constants.js';
import { NETLINK_GENERIC } from '../netlink/constants.js';
import { type HostFiles, namesIn, readBytes, readText } from './files.js';

/** A socket that the kernel sends alerts to. */
export interface Listener {
  /** The socket's port id. Often, but not always, the number of its process. */
  readonly portId: number;
  /** Alerts that the kernel dropped because the socket's buffer was full. */
  readonly overruns: number;
  /** The process that has the socket open; undefined when this user may not see it. */
  readonly process: { readonly pid: number; readonly command: string } | undefined;
}

/** Most descriptors that a search for processes reads. */
const MAX_DESCRIPTORS = 500_000;
/** Names of Node's main thread, which depend on its version. */
const NODE_NAMES = ['node', 'MainThread'];

/**
 * The sockets in this network namespace that listen for drop_monitor's alerts. Its multicast group is always generic
 * netlink's first (genl_validate_assign_mc_groups() of net/netlink/genetlink.c), so no request for the family is needed.
 * Only root sees the processes of other users.
 *
 *     sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode
 *
 * Columns of /proc/net/netlink: Eth is the protocol, Pid the port id. Groups has a bit for each of the first 32 groups.
 */
export function readListeners(files: HostFiles): Listener[] {
  const sockets = (readText(`${files.proc}/net/netlink`) ?? '').split('\n').flatMap((line) => {
    const [, protocol, portId, groups, , , , , drops, inode] = line.trim().split(/\s+/);
    if (inode === undefined || protocol !== `${NETLINK_GENERIC}`) return [];
    const listens = (Number.parseInt(groups!, 16) & (1 << (NET_DM_GRP_ALERT - 1))) !== 0;
    return listens ? [{ portId: Number(portId), overruns: Number(drops), inode }] : [];
  });
  const holders = findHolders(files, new Set(sockets.map(({ inode }) => `socket:[${inode}]`)));
  return sockets.map(({ portId, overruns, inode }) => {
    return { portId, overruns, process: holders.get(`socket:[${inode}]`) };
  });
}

function findHolders(files: HostFiles, wanted: ReadonlySet<string>): Map<string, Listener['process']> {
  const found = new Map<string, Listener['process']>();
  if (wanted.size === 0) return found;
  let left = MAX_DESCRIPTORS;
  for (const pid of namesIn(files.proc)) {
    if (!/^\d+$/.test(pid)) continue;
    for (const fd of namesIn(`${files.proc}/${pid}/fd`)) {
      if (left-- === 0) return found;
      const target = targetOf(`${files.proc}/${pid}/fd/${fd}`);
      if (!wanted.has(target) || found.has(target)) continue;
      found.set(target, { pid: Number(pid), command: commandOf(files, pid) });
      if (found.size === wanted.size) return found;
    }
  }
  return found;
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}

/**
 * Name of a process: at most 15 characters, which the process itself can choose. For Node, the name of its script:
 * otherwise another dropcap would be reported as `node`.
 */
function commandOf(files: HostFiles, pid: string): string {
  const name = readBytes(`${files.proc}/${pid}/comm`, 64)?.toString().replace(/\n$/, '') ?? '?';
  if (!NODE_NAMES.includes(name)) return name;
  const script = readBytes(`${files.proc}/${pid}/cmdline`, 4096)?.toString().split('\0')[1] ?? '';
  return script === '' || script.startsWith('-') ? name : basename(script, '.js');
}
