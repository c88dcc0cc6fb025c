import { readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { NET_DM_GRP_ALERT } from '../dropmon/constants.js';
import { NETLINK_GENERIC } from '../netlink/constants.js';
import { type HostFiles, namesIn, readBytes, readText } from './files.js';

/** A socket that the kernel sends alerts to. */
export interface Listener {
  /** Netlink's address of the socket. Often, but not always, its process's number. */
  readonly portId: number;
  /** Alerts that found its buffer full. */
  readonly overruns: number;
  /** Who has it open; undefined where that may not be seen. */
  readonly process: { readonly pid: number; readonly command: string } | undefined;
}

/** Descriptors that a search for processes looks at, at most. */
const MAX_DESCRIPTORS = 500_000;
/** What the main thread of Node is called, by version. */
const NODE_NAMES = ['node', 'MainThread'];

/**
 * Who listens for the alerts of drop_monitor in this network namespace. Its group is always generic netlink's first
 * (genl_validate_assign_mc_groups() of net/netlink/genetlink.c), so that the family need not be asked for. Processes of
 * other users are seen by root only.
 *
 *     sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode
 *
 * Eth is the protocol, Pid the port id; Groups has a bit for each of the first 32 groups.
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
 * Its name as the kernel has it, 15 characters at most, which its owner can choose; for what Node runs, the script's:
 * another dropcap should not be called `node`.
 */
function commandOf(files: HostFiles, pid: string): string {
  const name = readBytes(`${files.proc}/${pid}/comm`, 64)?.toString().replace(/\n$/, '') ?? '?';
  if (!NODE_NAMES.includes(name)) return name;
  const script = readBytes(`${files.proc}/${pid}/cmdline`, 4096)?.toString().split('\0')[1] ?? '';
  return script === '' || script.startsWith('-') ? name : basename(script, '.js');
}
