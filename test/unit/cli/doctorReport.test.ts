import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { hostname, networkInterfaces, release, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { examineHost } from '../../../src/cli/doctorCommand.js';
import { DEVLINK_TRAP_ACTION_DROP } from '../../../src/netlink/devlink.js';
import { copyProgram } from '../../support/copiedProgram.js';
import { fakeHost, netlinkLine, RELEASE } from '../../support/fakeHost.js';
import { FakeKernel } from '../../support/fakeKernel.js';
import { PROGRAM, temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();
afterEach(() => vi.restoreAllMocks());

/** A word that is part of each planted value. */
const SECRET = 'zebra';
/** Addresses of any kind, and paths. */
const ADDRESS = /\d+\.\d+\.\d+\.\d+|([0-9a-f]{2}:){3}|[0-9a-f]*::|0x|[0-9a-f]{13,}|\/(?!s\b)/i;

function report(host: ReturnType<typeof fakeHost>, guard?: string): string[] {
  let output = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((output += String(text)), true));
  const named = { result: 'note', name: 'giving up root', text: SECRET, why: SECRET, fix: SECRET } as const;
  examineHost(guard, host, () => [named], 'report');
  vi.restoreAllMocks();
  return output.trimEnd().split('\n');
}

describe('dropcap doctor --report', () => {
  test('has the facts of a bug report', () => {
    const kernel = new FakeKernel();
    kernel.state.config = { alertMode: 1, truncationLength: 128, queueLength: 2000 };
    kernel.state.stats = { softwareDropped: 5n, hardwareDropped: 0n };
    const lines = report(fakeHost(kernel));
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^dropcap \d+\.\d+\.\d+$/),
        expect.stringMatching(/^commit: /),
        `node: ${process.version} (${process.arch})`,
        expect.stringMatching(/^addon: built here/),
        `kernel: Linux ${RELEASE}`,
        'CONFIG_NET_DROP_MONITOR: m',
        'module: loaded',
        'drop reasons: yes, by release',
        'monitoring: off',
        'settings: mode packet, truncation 128, queue length 2000',
        'queue drops: 5 software, 0 hardware',
        "drop monitor's answer: as expected",
        'listeners: 0, 0 overruns',
        'user: root, missing: nothing',
        'net.core.rmem_max: 212992',
        'check kernel: ok',
        'a capture would work',
      ]),
    );
  });

  test('has no names and no addresses of a host that has them everywhere', () => {
    const kernel = new FakeKernel();
    kernel.state.traps = [1, 2].map((i) => ({
      device: `pci/0000:03:00.${i}-${SECRET}`,
      name: `trap_${SECRET}`,
      group: SECRET,
      action: DEVLINK_TRAP_ACTION_DROP,
    }));
    const local = `6.12.1-${SECRET}-10.77.0.2-ffffffff81000000`;
    const host = fakeHost(kernel, {
      [`boot/config-${local}`]: 'CONFIG_NET=y\nCONFIG_NET_DROP_MONITOR=m\n',
      'proc/net/netlink': `sk\n${netlinkLine(16, 4711, '00000001', 3, 332)}${netlinkLine(16, 98_765, '00000001', 4, 333)}`,
      'proc/612/comm': `${SECRET}\u001b[31m\n`,
      'proc/612/fd/3': '-> socket:[332]',
      'proc/613/comm': 'dwdump\n',
      'proc/613/fd/3': '-> socket:[333]',
      'proc/kallsyms': `ffffffff81000000 T ${SECRET}\n`,
    });
    const guard = join(folder, `home-${SECRET}`, 'dropcap-guard');
    mkdirSync(join(folder, `home-${SECRET}`));
    writeFileSync(guard, '');
    const lines = report({ ...host, release: local }, guard);
    expect(lines).toEqual(
      expect.arrayContaining([
        'kernel: Linux 6.12.1-…',
        'CONFIG_NET_DROP_MONITOR: m',
        'listeners: 2 (another program, dwdump), 7 overruns',
        'devices with traps: 2, 2 of 2 traps silent',
        expect.stringMatching(/^guard's file: .*this user may not run it$/),
        'check hardware: note',
      ]),
    );
    const text = lines.filter((line) => !line.startsWith('commit: ')).join('\n');
    expect(text).not.toContain(SECRET);
    expect(text).not.toMatch(/4711|98765|612\b|613\b/);
    expect(text).not.toMatch(ADDRESS);
  });

  test('has nothing of the errors of the kernel and the loader', () => {
    const kernel = new FakeKernel();
    kernel.state.hasFamily = false;
    const lines = report(fakeHost(kernel, { 'proc/1/ns/net': undefined }));
    expect(lines).toContain("drop monitor's answer: ERR_DROPCAP_UNSUPPORTED_KERNEL, NET_DM needs Linux 5.4");
    expect(lines.join('\n')).not.toMatch(/nsenter|[/]proc/);
  });

  test('as a process of a damaged installation, has nothing of its folder, this host and its user', () => {
    const home = join(folder, SECRET);
    renameCopy(home);
    writeFileSync(join(home, 'native/build/Release/dropcap.node'), 'no ELF file. '.repeat(100));
    const tools = join(home, 'tools');
    mkdirSync(tools);
    writeFileSync(join(tools, 'tshark'), `#!/bin/sh\necho 'TShark (Wireshark) 4.0.17-${SECRET}'\n`);
    chmodSync(join(tools, 'tshark'), 0o755);
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [join(home, 'bin/dropcap.js'), 'doctor', '--report'],
      {
        encoding: 'utf8',
        env: { PATH: tools, HOME: home, USER: SECRET, NODE_OPTIONS: `--title=${SECRET}`, LANG: SECRET },
      },
    );
    expect(stderr).toBe('');
    const lines = stdout.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'addon: cannot be loaded: not a library for this processor',
        'libpcap: not known, because the addon finds it',
        'tshark: 4.0.17',
        'variables that are set: NODE_OPTIONS',
        "drop monitor's answer: ERR_DROPCAP_BINDING",
      ]),
    );
    expect(stdout).not.toContain(SECRET);
  });

  test('as a process, has no name or address of this host', () => {
    const { stdout } = spawnSync(process.execPath, [PROGRAM, 'doctor', '--report'], { encoding: 'utf8' });
    const text = stdout.replace(/^commit: .*$/m, '');
    expect(text).toMatch(/^kernel: Linux \d/m);
    expect(text.replaceAll(release(), '')).not.toMatch(ADDRESS);
    const interfaces = Object.entries(networkInterfaces()).filter(([name]) => name !== 'lo');
    const names = interfaces.map(([name]) => name);
    for (const [, all] of interfaces) for (const { address, mac } of all!) names.push(address, mac);
    // `root` is no name that says something: the report says whether the user is root.
    const user = userInfo().username;
    for (const name of [hostname(), ...(user === 'root' ? [] : [user]), process.cwd(), ...names])
      expect(text).not.toContain(name);
  });
});

/** Puts a copy of the program into a folder with the given name. */
function renameCopy(target: string): void {
  const copy = copyProgram();
  cpSync(copy, target, { recursive: true, verbatimSymlinks: true });
  renameSync(copy, join(target, 'unused'));
}
