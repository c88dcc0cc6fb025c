import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { examineHost } from '../../../src/cli/doctorCommand.js';
import { guardCheck, permissionCheck } from '../../../src/cli/doctorPermission.js';
import { showStatus } from '../../../src/cli/statusCommand.js';
import { stopMonitor } from '../../../src/cli/stopCommand.js';
import { gatherFacts } from '../../../src/host/hostFacts.js';
import { DEVLINK_TRAP_ACTION_DROP } from '../../../src/netlink/devlink.js';
import { CONTAINER_STATUS, fakeHost, netlinkLine, USER_STATUS } from '../../support/fakeHost.js';
import { FakeKernel } from '../../support/fakeKernel.js';

let kernel: FakeKernel;
let output: string;
let errors: string;
beforeEach(() => {
  kernel = new FakeKernel();
  output = '';
  errors = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((output += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((errors += String(text)), true));
});
afterEach(() => {
  vi.restoreAllMocks();
  if (kernel.openSockets > 0) throw new Error('a socket was left open');
});

const LISTENER = {
  'proc/net/netlink': `sk\n${netlinkLine(16, 4711, '00000001', 3, 332)}`,
  'proc/612/comm': 'dwdump\u001b[31m\n',
  'proc/612/fd/3': '-> socket:[332]',
};
const ON = { 'sys/module/drop_monitor/refcnt': '1\n' };
const NOT_LOADED = {
  'proc/modules': 'veth 45056 0 - Live 0x0\n',
  'sys/module/drop_monitor/initstate': undefined,
  'sys/module/drop_monitor/refcnt': undefined,
};
const BUILT_IN = {
  ...NOT_LOADED,
  'boot/config-6.12.117+deb12-amd64': 'CONFIG_NET=y\nCONFIG_NET_DROP_MONITOR=y\n',
};

describe('dropcap status', () => {
  test('shows settings, statistics and listeners, and changes nothing', () => {
    kernel.state.config = { alertMode: 1, truncationLength: 128, queueLength: 2000 };
    kernel.state.stats = { softwareDropped: 5n, hardwareDropped: 0n };
    expect(showStatus(false, fakeHost(kernel, { ...LISTENER, ...ON }))).toBe(0);
    expect(output.split('\n')).toEqual([
      'module:       loaded',
      'monitoring:   on',
      'mode:         packet',
      'truncation:   128 bytes of a packet',
      'queue length: 2000 packets a processor',
      'queue drops:  5 software, 0 hardware (since the module was loaded)',
      'listener:     dwdump\\x1b[31m (process 612), 3 overruns',
      '',
    ]);
    expect(kernel.log).toEqual([]);
  });

  test('prints the same as JSON', () => {
    showStatus(true, fakeHost(kernel, { ...LISTENER, 'proc/612/comm': 'dw\u001b[31m\u00c2\u009b' }));
    expect(output).toMatch(/^[ -~]+\n$/);
    expect(JSON.parse(output)).toEqual({
      module: 'loaded',
      monitoring: false,
      mode: 'summary',
      truncationLength: 0,
      queueLength: 1000,
      queueDrops: { software: 0, hardware: 0 },
      failure: null,
      listeners: [{ portId: 4711, overruns: 3, pid: 612, command: 'dw\u001b[31m\u009b' }],
    });
  });

  test('does not ask the kernel when the module is not loaded, because asking would load it', () => {
    expect(showStatus(false, fakeHost(kernel, NOT_LOADED))).toBe(0);
    expect(output).toBe(
      'module:       not loaded (a capture loads it)\nmonitoring:   off\nlisteners:    none\n',
    );
    expect(kernel.sockets).toHaveLength(0);
  });

  test('reports whether a built-in monitor is on, with a request that sets nothing, if that is allowed', () => {
    const host = fakeHost(kernel, BUILT_IN);
    kernel.state.config.queueLength = 1234;
    showStatus(false, host);
    expect(output).toMatch(/^module: +built in\nmonitoring: +off\n/);
    kernel.state.running.software = true;
    output = '';
    showStatus(false, host);
    expect(output).toMatch(/monitoring: +on; nobody listens \(to turn it off: dropcap stop\)\n/);
    kernel.state.mayConfigure = false;
    output = '';
    showStatus(false, host);
    expect(output).toMatch(/monitoring: +unknown: only root can ask\n[^]*queue length: 1234 packets/);
    expect(kernel.state.config.queueLength).toBe(1234);
    expect(kernel.log.filter((command) => command !== 'CONFIG')).toEqual([]);
  });

  test('reports that it could not ask the kernel, and why', () => {
    kernel.state.hasFamily = false;
    expect(showStatus(false, fakeHost(kernel, ON))).toBe(0);
    expect(output).toMatch(
      /monitoring: +on; nobody listens.*\nnot asked: +the drop monitor exists only in the first network namespace .*\nlisteners: +none\n$/,
    );
  });
});

describe('dropcap stop', () => {
  test('names the programs that get no more drops before it stops monitoring', () => {
    kernel.state.running.software = true;
    expect(stopMonitor(fakeHost(kernel, { ...LISTENER, ...ON }))).toBe(0);
    expect(errors).toBe(
      'dropcap: turning the drop monitor off: these listeners get no more drops: dwdump\\x1b[31m (process 612)\n' +
        'dropcap: the drop monitor is off\n',
    );
    expect(kernel.state.running.software).toBe(false);
  });

  test('reports that nobody listens, that monitoring is off already, or that the module is not loaded', () => {
    kernel.state.running.software = true;
    stopMonitor(fakeHost(kernel, ON));
    expect(errors).toMatch(/^dropcap: turning the drop monitor off: nobody listens to it\n/);
    expect(kernel.log).toEqual(['STOP software', 'STOP hardware']);
    errors = '';
    stopMonitor(fakeHost(kernel));
    expect(errors).toMatch(/^dropcap: the drop monitor is off already/);
    errors = '';
    const sockets = kernel.sockets.length;
    expect(stopMonitor(fakeHost(kernel, NOT_LOADED))).toBe(0);
    expect(errors).toBe('dropcap: the drop monitor is not loaded: there is nothing to turn off\n');
    expect(kernel.sockets).toHaveLength(sockets);
  });

  test("fails with the kernel's error when that is not allowed", () => {
    kernel.state.mayConfigure = false;
    expect(() => stopMonitor(fakeHost(kernel, ON))).toThrow(
      /cannot stop monitoring software drops: Operation not permitted/,
    );
  });
});

/** The checks that are not ok, as `FAIL name`, and their lines. */
function findings(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, mark, name, lines] of output.matchAll(
    /^(note|FAIL) {1,2}([a-z ]+): ((?:.*\n)(?: {6}.*\n)*)/gm,
  ))
    found[`${mark} ${name}`] = lines!;
  return found;
}

describe('dropcap doctor', () => {
  test('finds nothing to fix on a good host, says why each thing matters, and exits with 0', () => {
    expect(examineHost(undefined, fakeHost(kernel), () => [])).toBe(0);
    const bad = Object.keys(findings()).filter((name) => name !== 'note tshark');
    expect(bad).toEqual([]);
    const lines = output.trimEnd().split('\n');
    expect(lines.at(-1)).toBe('a capture would work');
    expect(lines.filter((line) => line.startsWith('ok    ')).length).toBeGreaterThanOrEqual(10);
    expect(lines.filter((line) => line.startsWith('      why: ')).length).toBeGreaterThanOrEqual(10);
    expect(kernel.log).toEqual([]);
  });

  const cases: {
    name: string;
    changes?: Record<string, string | undefined>;
    state?: Partial<FakeKernel['state']>;
    release?: string;
    status: number;
    finds: Record<string, RegExp>;
  }[] = [
    {
      name: 'a kernel that is too old',
      release: '4.19.0-27-amd64',
      status: 4,
      finds: { 'FAIL kernel': /Linux 4\.19[^]*do: {2}boot a newer kernel/, 'note drop reasons': /./ },
    },
    {
      name: 'Linux 5.3',
      release: '5.3.0',
      status: 4,
      finds: { 'FAIL kernel': /5\.3/, 'note drop reasons': /./ },
    },
    { name: 'Linux 5.4', release: '5.4.0', status: 0, finds: { 'note drop reasons': /./ } },
    {
      name: 'a kernel without drop reasons',
      release: '5.17.0-3-amd64',
      status: 0,
      finds: {
        'note drop reasons':
          /^this kernel gives none: Linux 5\.18 is the first that does\n.*only the function.*\n.*do: {2}use symbol/,
      },
    },
    { name: 'Linux 5.18', release: '5.18.0-1-amd64', status: 0, finds: {} },
    {
      name: 'an old kernel to which reasons were added',
      changes: { 'sys/kernel/btf/drop_monitor': '\u009f\u00ebNET_DM_ATTR_PC\0NET_DM_ATTR_REASON\0' },
      release: '5.14.0-503.el9.x86_64',
      status: 0,
      finds: {},
    },
    {
      name: 'such a kernel with the monitor built in',
      changes: { 'sys/kernel/btf/vmlinux': '\u009f\u00ebNET_DM_ATTR_REASON\0' },
      release: '5.14.0-503.el9.x86_64',
      status: 0,
      finds: {},
    },
    {
      name: 'a monitor whose types have no reason',
      changes: { 'sys/kernel/btf/drop_monitor': '\u009f\u00ebNET_DM_ATTR_PC\0' },
      status: 0,
      finds: { 'note drop reasons': /this kernel gives none/ },
    },
    {
      name: 'a release without a number',
      release: 'custom',
      status: 4,
      finds: { 'FAIL kernel': /./, 'note drop reasons': /not known/ },
    },
    {
      name: 'a kernel without a drop monitor',
      changes: { ...NOT_LOADED, 'boot/config-6.12.117+deb12-amd64': 'CONFIG_NET=y\n' },
      state: { hasFamily: false },
      status: 4,
      finds: {
        'FAIL configuration': /is not set \(\/.*do: {2}install the kernel's full module package/s,
        'FAIL module': /neither in \/lib\/modules/,
        'FAIL drop monitor': /this kernel has no drop monitor/,
      },
    },
    {
      name: 'a module that cannot be loaded',
      changes: NOT_LOADED,
      state: { hasFamily: false },
      status: 4,
      finds: {
        'FAIL module': /the kernel did not load it[^]*do: {2}sudo modprobe drop_monitor/,
        'FAIL drop monitor': /./,
      },
    },
    {
      name: 'another network namespace',
      changes: { 'proc/1/ns/net': undefined },
      state: { hasFamily: false },
      status: 4,
      finds: { 'FAIL network namespace': /nsenter --net=\/proc\/1\/ns\/net/, 'FAIL drop monitor': /./ },
    },
    {
      name: 'an ordinary user',
      changes: { 'proc/self/status': USER_STATUS, 'proc/kallsyms': '0000000000000000 T _text\n' },
      state: { mayConfigure: false, mayJoin: false },
      status: 3,
      finds: {
        'FAIL permission': /CAP_NET_ADMIN and CAP_SYS_ADMIN are missing\n.*\n.*sudo dropcap/,
        'note symbols': /hidden[^]*run dropcap as root/,
        'note receive buffer': /rmem_max is 212992[^]*sudo sysctl net\.core\.rmem_max=\d{7,8}/,
      },
    },
    {
      name: 'root of a container that lacks a capability',
      changes: { 'proc/self/status': CONTAINER_STATUS },
      status: 3,
      finds: { 'FAIL permission': /^CAP_SYS_ADMIN is missing\n.*\n.*--cap-add=SYS_ADMIN --network=host/ },
    },
    {
      name: 'root of a user namespace',
      changes: { 'proc/self/uid_map': '0 1000 1\n' },
      status: 3,
      finds: { 'FAIL permission': /user namespace/, 'note receive buffer': /./ },
    },
    {
      name: 'another monitor',
      changes: { ...LISTENER, ...ON },
      status: 1,
      finds: {
        'FAIL monitoring':
          /on already; listening: dwdump\\x1b\[31m \(process 612\); in summary mode[^]*--takeover/,
      },
    },
    {
      name: 'monitoring that was left on, which a capture joins',
      changes: ON,
      state: { config: { alertMode: 1, truncationLength: 0, queueLength: 1000 } },
      status: 0,
      finds: {
        'note monitoring': /on already; nobody listens; a capture joins.*\n.*\n.*do: {2}dropcap stop/,
      },
    },
    {
      name: 'symbols hidden from root',
      changes: { 'proc/kallsyms': '0000000000000000 T _text\n', 'proc/sys/kernel/kptr_restrict': '2\n' },
      status: 0,
      finds: { 'note symbols': /sudo sysctl kernel\.kptr_restrict=1/ },
    },
    {
      name: 'a switch that drops without a copy',
      state: {
        traps: [1, 2, 3, 4, 5, 6].map((i) => ({
          device: 'pci/0000:03:00.0',
          name: `trap_${i}`,
          group: 'l2_drops',
          action: DEVLINK_TRAP_ACTION_DROP,
        })),
      },
      status: 0,
      finds: {
        'note hardware':
          /^pci\/0000:03:00\.0: 6 of 6 traps drop without a copy: trap_1, trap_2, trap_3, trap_4, 2 more\n.*\n.*sudo devlink trap set pci\/0000:03:00\.0 trap trap_1 action trap/,
      },
    },
  ];
  test.each(cases)('finds $name, and exits with $status', ({ changes, state, release, status, finds }) => {
    Object.assign(kernel.state, state);
    const host = fakeHost(kernel, changes);
    const renamed = release === undefined ? host : { ...host, release };
    expect(examineHost(undefined, renamed, () => [])).toBe(status);
    const found = findings();
    delete found['note tshark'];
    expect(Object.keys(found)).toEqual(Object.keys(finds));
    for (const [name, text] of Object.entries(finds)) expect(found[name]).toMatch(text);
    expect(output.trimEnd().endsWith('a capture would work')).toBe(status === 0);
  });

  test('accepts the helper in place of a permission only for a user who may run the helper', () => {
    const host = fakeHost(kernel, { 'proc/self/status': USER_STATUS });
    const facts = gatherFacts(host, undefined);
    const guard = { path: '/opt/guard', capable: true, mayRun: true };
    const permission = (changes: Partial<typeof guard>) =>
      permissionCheck({ ...facts, guard: { ...guard, ...changes } }).result;
    expect(permission({})).toBe('ok');
    expect(permission({ capable: false })).toBe('fail');
    expect(permission({ mayRun: false })).toBe('fail');
    expect(gatherFacts(host, `${host.files.proc}/guard`).guard).toBeUndefined();
  });

  test('says how to give the helper its capabilities, and users the right to run it', () => {
    const guard = { path: "/opt/it's", capable: false, mayRun: true };
    const [granting] = guardCheck(guard);
    const file = `'/opt/it'\\''s'`;
    expect([granting!.result, granting!.fix]).toEqual([
      'note',
      `sudo groupadd --system --force dropcap && sudo chgrp dropcap ${file} && sudo chmod 750 ${file} && ` +
        `sudo setcap cap_net_admin,cap_sys_admin+ep ${file} && sudo usermod -aG dropcap "$USER"`,
    ]);
    expect(guardCheck({ ...guard, capable: true })[0]!.result).toBe('ok');
    expect(guardCheck({ ...guard, capable: true, mayRun: false })[0]!.fix).toContain('usermod -aG dropcap');
    expect(guardCheck(undefined)).toEqual([]);
  });
});

describe('the commands', () => {
  const program = fileURLToPath(new URL('../../../bin/dropcap.js', import.meta.url));

  test('take --json after their name, and no options of a capture there', () => {
    const run = (...args: string[]) => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
    expect(Object.keys(JSON.parse(run('status', '--json').stdout))).toContain('listeners');
    expect(run('status', '-q')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("unknown option '-q'"),
    });
  });
});
