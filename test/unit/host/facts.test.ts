import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { inspectGuard } from '../../../src/host/guard.js';
import { readKernelOption } from '../../../src/host/kernelOption.js';
import { readListeners } from '../../../src/host/listeners.js';
import { readMonitorModule } from '../../../src/host/monitorModule.js';
import { readPrivileges } from '../../../src/host/privileges.js';
import { readSilentTraps } from '../../../src/host/silentTraps.js';
import { readSymbolAccess } from '../../../src/host/symbolAccess.js';
import { DEVLINK_TRAP_ACTION_DROP, DEVLINK_TRAP_ACTION_TRAP } from '../../../src/netlink/devlink.js';
import { CONTAINER_STATUS, fakeHost, netlinkLine, RELEASE, USER_STATUS } from '../../support/fakeHost.js';
import { FakeKernel } from '../../support/fakeKernel.js';

type Changes = Record<string, string | undefined>;
const kernel = new FakeKernel();
const filesOf = (changes: Changes = {}) => fakeHost(kernel, changes).files;

describe('readKernelOption', () => {
  const option = (changes: Changes) => readKernelOption(filesOf(changes), RELEASE, 'CONFIG_NET_DROP_MONITOR');
  const boot = `boot/config-${RELEASE}`;
  const cases: { name: string; changes: Changes; value: string | undefined }[] = [
    { name: 'a module', changes: {}, value: 'm' },
    { name: 'built in', changes: { [boot]: 'CONFIG_NET=y\nCONFIG_NET_DROP_MONITOR=y\n' }, value: 'y' },
    {
      name: 'not set',
      changes: { [boot]: 'CONFIG_NET=y\n# CONFIG_NET_DROP_MONITOR is not set\n' },
      value: 'n',
    },
    {
      name: 'another option with the same beginning',
      changes: { [boot]: 'CONFIG_NET=y\nCONFIG_NET_DROP_MONITORS=y\n' },
      value: 'n',
    },
    { name: 'no configuration at all', changes: { [boot]: undefined }, value: undefined },
    { name: 'a file of something else', changes: { [boot]: 'hello\n' }, value: undefined },
    {
      name: "the modules' folder",
      changes: {
        [boot]: undefined,
        [`modules/${RELEASE}/config`]: 'CONFIG_NET=y\nCONFIG_NET_DROP_MONITOR=y\n',
      },
      value: 'y',
    },
  ];
  test.each(cases)('finds it: $name', ({ changes, value }) => expect(option(changes)?.value).toBe(value));

  test('prefers the running kernel to its package, and skips broken files', () => {
    const carried = gzipSync('CONFIG_NET=y\nCONFIG_NET_DROP_MONITOR=y\n').toString('latin1');
    const found = option({ 'proc/config.gz': carried });
    expect([found?.value, found?.path.endsWith('/proc/config.gz')]).toEqual(['y', true]);
    expect(option({ 'proc/config.gz': carried.slice(0, 30) })?.value).toBe('m');
    const bomb = gzipSync(Buffer.alloc(64 << 20, 'CONFIG_NET=y\n')).toString('latin1');
    expect(option({ 'proc/config.gz': bomb })?.value).toBe('m');
  });
});

describe('readMonitorModule', () => {
  const unloaded: Changes = {
    'proc/modules': 'veth 45056 0 - Live 0x0\n',
    'sys/module/drop_monitor/initstate': undefined,
    'sys/module/drop_monitor/refcnt': undefined,
  };
  const cases: { name: string; changes: Changes; state: string; references?: number }[] = [
    { name: 'loaded', changes: {}, state: 'loaded', references: 0 },
    { name: 'in use', changes: { 'sys/module/drop_monitor/refcnt': '2\n' }, state: 'loaded', references: 2 },
    {
      name: 'loaded, reported only by the list',
      changes: { ...unloaded, 'proc/modules': 'drop_monitor 32768 1 - Live 0x0\n' },
      state: 'loaded',
      references: 1,
    },
    {
      name: 'loaded for ever',
      changes: { ...unloaded, 'proc/modules': 'drop_monitor 32768 - - Live 0x0\n' },
      state: 'loaded',
    },
    { name: 'not loaded', changes: unloaded, state: 'loadable' },
    {
      name: 'built in',
      changes: { ...unloaded, [`modules/${RELEASE}/modules.builtin`]: 'kernel/net/core/drop_monitor.ko\n' },
      state: 'builtIn',
    },
    {
      name: 'built in, reported only by the configuration',
      changes: {
        [`boot/config-${RELEASE}`]: 'CONFIG_NET=y\nCONFIG_NET_DROP_MONITOR=y\n',
      },
      state: 'builtIn',
    },
    {
      name: 'not built',
      changes: { ...unloaded, [`boot/config-${RELEASE}`]: 'CONFIG_NET=y\n' },
      state: 'missing',
    },
    {
      name: 'in no package that is installed',
      changes: { ...unloaded, [`modules/${RELEASE}/modules.dep`]: 'kernel/net/veth.ko:\n' },
      state: 'missing',
    },
    {
      name: 'another module of a like name',
      changes: { ...unloaded, [`modules/${RELEASE}/modules.dep`]: 'kernel/net/my_drop_monitor.ko:\n' },
      state: 'missing',
    },
    {
      name: 'a host that does not report it',
      changes: { ...unloaded, [`modules/${RELEASE}/modules.dep`]: undefined },
      state: 'unknown',
    },
  ];
  test.each(cases)('reports: $name', ({ name, changes, state, references }) => {
    const files = filesOf(name.startsWith('built in, reported') ? { ...unloaded, ...changes } : changes);
    expect(readMonitorModule(files, RELEASE)).toEqual({ state, references });
  });
});

describe('readListeners', () => {
  const sockets = [
    'sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode\n',
    netlinkLine(16, 0, '00000000', 0, 17),
    netlinkLine(16, 612, '00000001', 0, 332),
    netlinkLine(16, 3758096577, '80000003', 44, 333),
    netlinkLine(16, 9, '00000002', 0, 334),
    netlinkLine(0, 10, '00000001', 0, 335),
    'cut short 16 5',
  ].join('');

  test('takes generic netlink sockets in the first group, and finds who has them open', () => {
    const files = filesOf({
      'proc/net/netlink': sockets,
      'proc/700/comm': 'dwdump\n',
      'proc/700/fd/3': '-> socket:[332]',
      'proc/700/fd/4': '-> /dev/null',
      'proc/701/comm': '\u001b[31mred\n',
      'proc/701/fd/3': '-> socket:[335]',
    });
    expect(readListeners(files)).toEqual([
      { portId: 612, overruns: 0, process: { pid: 700, command: 'dwdump' } },
      { portId: 3758096577, overruns: 44, process: undefined },
    ]);
  });

  test.each([
    ['the script that Node runs', 'node\n', 'node\0/usr/bin/dropcap\0-w\0x\0', 'dropcap'],
    ['without its ending', 'MainThread\n', '/opt/node\0/srv/dropcap.js\0', 'dropcap'],
    ['but no option of it', 'node\n', 'node\0--inspect\0x.js\0', 'node'],
    ['in UTF-8', 'dr\u00c3\u00b6p\n', 'dropwatch\0', 'dröp'],
  ])('names a process by %s', (_, comm, cmdline, command) => {
    const files = filesOf({
      'proc/net/netlink': sockets,
      'proc/700/comm': comm,
      'proc/700/cmdline': cmdline,
      'proc/700/fd/3': '-> socket:[332]',
    });
    expect(readListeners(files)[0]!.process).toEqual({ pid: 700, command });
  });

  test('finds none when there is no list', () => {
    expect(readListeners(filesOf({ 'proc/net/netlink': undefined }))).toEqual([]);
  });
});

describe('readPrivileges', () => {
  test('reads capabilities in effect, and the namespaces', () => {
    const root = { root: true, missing: [] };
    const all = { permission: root, firstUserNamespace: true, firstNetworkNamespace: true };
    expect(readPrivileges(filesOf())).toEqual(all);
    expect(readPrivileges(filesOf({ 'proc/self/status': USER_STATUS }))).toEqual({
      ...all,
      permission: { root: false, missing: ['CAP_NET_ADMIN', 'CAP_SYS_ADMIN'] },
    });
    expect(readPrivileges(filesOf({ 'proc/self/status': CONTAINER_STATUS })).permission).toEqual({
      root: true,
      missing: ['CAP_SYS_ADMIN'],
    });
    expect(
      readPrivileges(filesOf({ 'proc/self/uid_map': '         0       1000          1\n' })),
    ).toMatchObject({
      firstUserNamespace: false,
    });
    expect(readPrivileges(filesOf({ 'proc/self/ns/net': '-> net:[5]' })).firstNetworkNamespace).toBe(false);
    expect(readPrivileges(filesOf({ 'proc/1/ns/net': undefined })).firstNetworkNamespace).toBeUndefined();
  });
});

describe('readSymbolAccess', () => {
  test('distinguishes zeroed addresses from per-processor addresses, which begin at 0', () => {
    expect(readSymbolAccess(filesOf())).toEqual({ hidden: false, kptrRestrict: 0 });
    const hidden = '0000000000000000 A fixed_percpu_data\n0000000000000000 T _text\n';
    expect(readSymbolAccess(filesOf({ 'proc/kallsyms': hidden }))).toMatchObject({ hidden: true });
    expect(readSymbolAccess(filesOf({ 'proc/kallsyms': undefined }))).toMatchObject({ hidden: true });
  });
});

describe('readSilentTraps', () => {
  test('groups the traps that drop by device, and accepts a kernel without devlink', () => {
    const switched = new FakeKernel();
    const trap = (device: string, name: string, action: number) => ({
      device,
      name,
      group: 'l2_drops',
      action,
    });
    switched.state.traps = [
      trap('pci/0000:03:00.0', 'source_mac_is_multicast', DEVLINK_TRAP_ACTION_DROP),
      trap('pci/0000:03:00.0', 'fid_miss', DEVLINK_TRAP_ACTION_TRAP),
      trap('netdevsim/netdevsim7', 'fid_miss', DEVLINK_TRAP_ACTION_TRAP),
    ];
    expect(readSilentTraps(switched)).toEqual([
      { device: 'pci/0000:03:00.0', names: ['source_mac_is_multicast'], total: 2 },
      { device: 'netdevsim/netdevsim7', names: [], total: 1 },
    ]);
    switched.state.hasDevlink = false;
    expect(readSilentTraps(switched)).toEqual([]);
    expect(switched.openSockets).toBe(0);
  });
});

describe('inspectGuard', () => {
  test.each([
    ['has all it takes', 'cap_net_admin,cap_sys_admin=ep', true],
    ['has all it takes, as older ones print it', '= cap_net_admin,cap_sys_admin+ep', true],
    ['lacks one', 'cap_net_admin=ep', false],
    ['may put them into effect itself', 'cap_net_admin,cap_sys_admin=p', true],
    ['could only inherit them', 'cap_net_admin,cap_sys_admin=ei', false],
    ['has none', '', false],
  ])('reads the output of getcap for a guard that %s', (_, printed, capable) => {
    const { files } = fakeHost(kernel, { 'proc/guard': '#!/bin/sh\n' });
    const guard = join(files.proc, 'guard');
    const getcap = join(files.proc, 'getcap');
    writeFileSync(getcap, `#!/bin/sh\n[ -z '${printed}' ] || echo "$1 ${printed}"\n`);
    chmodSync(getcap, 0o755);
    expect(inspectGuard(guard, getcap)).toEqual({ path: guard, capable, mayRun: false });
    chmodSync(guard, 0o755);
    expect(inspectGuard(guard, getcap)?.mayRun).toBe(true);
    expect(inspectGuard(guard, '/nowhere/getcap')?.capable).toBeUndefined();
    expect(inspectGuard(`${guard}s`, getcap)).toBeUndefined();
  });
});
