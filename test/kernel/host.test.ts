import { describe, expect, test } from 'vitest';
import { machineOf } from './machine.js';

/** Whether monitoring is on, and who listens, as `status --json` prints it. */
interface Status {
  readonly module: string;
  readonly monitoring: boolean | null;
  readonly mode: string | null;
  readonly listeners: readonly { readonly pid: number | null; readonly command: string | null }[];
}

describe.each(['6.12', '6.1'])('the subcommands of dropcap on Linux %s', (kernel) => {
  const guest = machineOf('host.sh', kernel, ['status', 'doctor', 'counters', 'outputs']);
  const json = (name: string) => JSON.parse(guest.text(`${name}.out`)) as Status;

  test.each(['file', 'empty', 'fifo', 'link'])(
    'root does not write into %s of another user in a folder of all users, also with --force',
    (name) => {
      for (const step of [`outputs-${name}`, `outputs-${name}-force`]) {
        const exists = name === 'file' && step === 'outputs-file';
        const why = exists ? 'it exists' : 'it belongs to another user, 65534 (choose another name)';
        expect(guest.text(`${step}.err`)).toMatch(`cannot write /tmp/dropcap-sticky/${name}: ${why}`);
        expect(guest.status(step)).toBe(1);
      }
    },
  );

  test('what another user planted keeps its owner, its mode and its content, and its reader gets nothing', () => {
    expect(guest.text('outputs-kept')).toBe('file 65534 666 8\nempty 65534 666 0\nfifo 65534 666 0\n');
    expect(guest.text('outputs-read')).toBe('');
  });

  test('an ordinary user does not write into the file of another one', () => {
    expect(guest.text('outputs-user.err')).toMatch('it belongs to another user, 12345');
    expect([guest.status('outputs-user'), guest.text('outputs-other')]).toEqual([1, 'other\n']);
  });

  test('/dev/null is written where it belongs to nobody, as in a container without root', () => {
    expect(guest.text('outputs-null.owner')).toBe('65534\n');
    expect([guest.status('outputs-null'), guest.text('outputs-null.err')]).toEqual([0, '']);
  });

  test('SIGINT ends a capture that waits for the reader of a FIFO', () => {
    expect(guest.status('outputs-own')).toBe(0);
  });

  test('status and stop do not load the module', () => {
    expect(json('status-unloaded')).toMatchObject({ module: 'loadable', monitoring: false, mode: null });
    expect([guest.status('stop-unloaded'), guest.text('stop-unloaded.err')]).toEqual([
      0,
      'dropcap: the drop monitor is not loaded: there is nothing to turn off\n',
    ]);
    expect(guest.text('unloaded')).toBe('0\n');
  });

  test('status shows an ordinary user whether the monitor is off or on', () => {
    expect(json('status-off')).toMatchObject({
      module: 'loaded',
      monitoring: false,
      mode: 'summary',
      listeners: [],
    });
    expect(json('status-user')).toMatchObject({
      monitoring: true,
      mode: 'packet',
      listeners: [{ pid: null, command: null }],
    });
  });

  test('status shows root who listens', () => {
    const pid = guest.text('dwdump.pid').trim();
    const lines = guest.text('status-on.out');
    expect(lines).toMatch(/^monitoring: +on, software and hardware$/m);
    expect(lines).toContain(`dwdump (process ${pid}), 0 overruns\n`);
  });

  test('status finds out by a request of root whether monitoring is on, when references are not counted', () => {
    expect(json('status-builtin')).toMatchObject({ monitoring: true, mode: 'packet' });
  });

  test('status sees monitoring that a killed program left on, and stop reports it and turns it off', () => {
    expect(guest.text('status-stale.out')).toMatch(/^monitoring: +on, .*nobody listens/m);
    expect([guest.status('stop'), guest.text('stop.err')]).toEqual([
      0,
      'dropcap: turning the drop monitor off: nobody listens to it\ndropcap: the drop monitor is off\n',
    ]);
    expect(guest.text('references')).toBe('0\n');
    expect(json('status-after')).toMatchObject({ monitoring: false, listeners: [] });
  });

  test('status reports that it cannot ask from another network namespace', () => {
    expect(guest.status('status-userns')).toBe(0);
    expect(guest.text('status-userns.out')).toMatch(
      /^monitoring: +off\nnot asked: .*first network namespace/m,
    );
  });

  test('doctor finds that root can capture', () => {
    expect(guest.status('doctor')).toBe(0);
    const lines = guest.text('doctor.out');
    expect(lines).toMatch(/^ok {4}configuration: CONFIG_NET_DROP_MONITOR=m \(\/boot\/config-.*\)$/m);
    expect(lines).not.toContain('FAIL');
    expect(lines.endsWith('\na capture would work\n')).toBe(true);
  });

  test.each([
    ['user', 3, /^FAIL {2}permission: CAP_NET_ADMIN and CAP_SYS_ADMIN are missing\n.*\n {6}do: .*sudo/m],
    ['busy', 0, /^note {2}monitoring: on already; listening: dwdump \(process \d+\); a capture joins/m],
    ['namespace', 4, /^FAIL {2}network namespace: not the first\n.*\n {6}do: .*nsenter/m],
  ])('doctor finds what is missing (%s), and exits with %i', (name, status, finding) => {
    expect(guest.status(`doctor-${name}`)).toBe(status);
    expect(guest.text(`doctor-${name}.out`)).toMatch(finding);
  });

  test("doctor counts a switch's traps with action drop, and agrees with the devlink command", () => {
    const { trap: devices } = JSON.parse(guest.text('traps.json')) as {
      trap: Record<string, { name: string; action: string }[]>;
    };
    const traps = devices['netdevsim/netdevsim7']!;
    const silent = traps.filter(({ action }) => action === 'drop');
    expect(silent.length).toBeGreaterThan(0);
    expect(guest.status('doctor-switch')).toBe(0);
    expect(guest.text('doctor-switch.out')).toContain(
      `note  hardware: netdevsim/netdevsim7: ${silent.length} of ${traps.length} traps drop without a copy: ${silent[0]!.name}, `,
    );
  });

  test('a capture reports losses elsewhere that it saw, and losses that it could not see', () => {
    expect(guest.status('counters')).toBe(0);
    const lines = guest.text('counters.err').trimEnd().split('\n').slice(6);
    const received = Number(/^(\d+) UDP datagrams dropped/m.exec(lines.join('\n'))![1]);
    expect(received).toBeGreaterThan(0);
    expect(lines).toEqual([
      expect.stringMatching(
        /^dch0: 4 packets dropped in receiving \(rx_dropped\): .*the driver's own are not$/,
      ),
      expect.stringMatching(/Udp RcvbufErrors.*seen here as SOCKET_RCVBUFF$/),
      // A slow machine sends a SYN again, which counts again.
      expect.stringMatching(/^(?:[5-9]|\d\d) TCP connections .*TcpExt ListenDrops.*not seen here$/),
      expect.stringMatching(/^2 IPv4 packets not sent, no route was found /),
      expect.stringMatching(/^3 IPv4 packets of this host discarded .*OutDiscards/),
      expect.stringMatching(/^1 IPv6 packet not sent, no route was found /),
    ]);
    const drops = guest.drops('counters.pcapng');
    const full = drops.filter((drop) => drop.bytes.includes('dropcap-rcvbuf-'));
    expect(full).toHaveLength(received);
    for (const drop of full) expect(drop.comment).toContain('reason=SOCKET_RCVBUFF');
    expect(drops.filter((drop) => drop.bytes.includes('dropcap-unseen-'))).toEqual([]);
    const unhandled = drops.filter((drop) => drop.bytes.includes('dropcap-unhandled-'));
    expect(unhandled).toHaveLength(4);
    for (const drop of unhandled) expect(drop.comment).toContain('reason=UNHANDLED_PROTO');
    expect(drops).toHaveLength(received + 4);
  });

  test('a capture does not report counters that did not grow', () => {
    expect(guest.text('counters-quiet.err').trimEnd().split('\n')).toHaveLength(6);
  });
});

describe('dropcap on a kernel without the module', () => {
  const guest = machineOf('host.sh', '6.12', ['absent'], '--without-module');

  test('doctor reports that it is missing, and how to load it', () => {
    expect(guest.status('doctor-absent')).toBe(4);
    expect(guest.text('doctor-absent.out')).toMatch(
      /^FAIL {2}module: drop_monitor is in \S+, but the kernel did not load it\n.*\n {6}do: {2}sudo modprobe drop_monitor/m,
    );
  });

  test('status reports that it is not loaded', () => {
    expect(JSON.parse(guest.text('status-absent.out'))).toMatchObject({
      module: 'loadable',
      monitoring: false,
    });
  });
});
