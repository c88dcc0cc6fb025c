import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import type { Host } from '../../src/host/host.js';
import type { FakeKernel } from './fakeKernel.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

export const RELEASE = '6.12.117+deb12-amd64';

const ROOT_STATUS = 'Name:\tnode\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n';
/** /proc/self/status of an ordinary user. */
export const USER_STATUS = 'Name:\tnode\nUid:\t1000\t1000\t1000\t1000\nCapEff:\t0000000000000000\n';
/** Root of a container with CAP_NET_ADMIN only. */
export const CONTAINER_STATUS = 'Name:\tnode\nUid:\t0\t0\t0\t0\nCapEff:\t0000000000001000\n';
const ALL_USERS = '         0          0 4294967295\n';

/** Files of a host where a capture works, and the monitor is off. Paths begin with `proc/`, `sys/` and so on. */
const GOOD_FILES: Readonly<Record<string, string>> = {
  [`boot/config-${RELEASE}`]: 'CONFIG_NET=y\nCONFIG_NET_DROP_MONITOR=m\n',
  [`modules/${RELEASE}/modules.builtin`]: 'kernel/net/core/failover.ko\n',
  [`modules/${RELEASE}/modules.dep`]: 'kernel/net/core/drop_monitor.ko.xz:\n',
  'proc/modules': 'veth 45056 0 - Live 0x0\ndrop_monitor 32768 0 - Live 0x0000000000000000\n',
  'sys/module/drop_monitor/initstate': 'live\n',
  'sys/module/drop_monitor/refcnt': '0\n',
  'proc/self/status': ROOT_STATUS,
  'proc/self/uid_map': ALL_USERS,
  'proc/self/ns/net': '-> net:[4026531840]',
  'proc/1/ns/net': '-> net:[4026531840]',
  'proc/net/netlink': 'sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode\n',
  'proc/kallsyms': '0000000000000000 A fixed_percpu_data\nffffffff81000000 T _text\n',
  'proc/sys/kernel/kptr_restrict': '0\n',
  'proc/sys/net/core/rmem_max': '212992\n',
};

/** A host for a test: `GOOD_FILES` with changes. undefined removes a file, `-> TARGET` makes a symbolic link. */
export function fakeHost(
  binding: FakeKernel,
  changes: Readonly<Record<string, string | undefined>> = {},
): Host {
  const root = mkdtempSync(join(tmpdir(), 'dropcap-host-'));
  folders.push(root);
  for (const [path, content] of Object.entries({ ...GOOD_FILES, ...changes })) {
    if (content === undefined) continue;
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    if (content.startsWith('-> ')) symlinkSync(content.slice(3), file);
    else writeFileSync(file, content, 'latin1');
  }
  const files = {
    proc: join(root, 'proc'),
    sys: join(root, 'sys'),
    boot: join(root, 'boot'),
    modules: join(root, 'modules'),
  };
  return { files, release: RELEASE, binding };
}

/** A line of /proc/net/netlink. */
export function netlinkLine(
  protocol: number,
  portId: number,
  groups: string,
  drops: number,
  inode: number,
): string {
  return `00000000d7cd148a ${protocol}  ${portId} ${groups} 0        0        0     2        ${drops}        ${inode}      \n`;
}
