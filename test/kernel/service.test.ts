import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { machineOf } from './machine.js';

const OFF = /^monitoring: +off$/m;
/** CAP_NET_ADMIN and CAP_SYS_ADMIN; CAP_NET_ADMIN alone. */
const BOTH = '0000000000201000';
const NET_ADMIN = '0000000000001000';
/** A filter of system calls is on. */
const FILTER = '2';

describe('dropcap.service under systemd', () => {
  const guest = machineOf('service.sh', '6.12', ['checked', 'whole', 'watchdog']);
  const fields = (name: string) =>
    Object.fromEntries(
      [...guest.text(name).matchAll(/^(\w+):\s*(\S+)/gm)].map(([, key, value]) => [key, value]),
    );
  const payloads = (name: string) =>
    guest
      .drops(name)
      .map(({ bytes }) => /dropcap-\w+-\d/.exec(bytes.toString('latin1'))?.[0] ?? '')
      .toSorted();

  test('is a valid unit, and has the exposure that docs/service.md says', () => {
    expect([guest.status('verify'), guest.text('verify.out'), guest.text('verify.err')]).toEqual([0, '', '']);
    const page = readFileSync('docs/service.md', 'utf8');
    const exposure = /exposure level for dropcap.service: ([\d.]+)/;
    expect(exposure.exec(guest.text('security.out'))?.[1]).toBe(exposure.exec(page)?.[1]);
  });

  test('is active when it captures: the drops after its start are in the file', () => {
    expect([guest.status('start'), guest.text('whole.state')]).toEqual([0, 'active\n']);
    expect(guest.text('whole-during.monitor')).toMatch(/^monitoring: +on/m);
    expect(guest.drops('whole.pcapng')).toHaveLength(20);
  });

  test('reports its counters as its status', () => {
    expect(guest.text('whole.text')).toMatch(/^20 captured, 20 written, [\d.]+ kB$/m);
  });

  test('writes a file that only its user can read', () => {
    const [folder, ...files] = guest.text('whole.files').trimEnd().split('\n');
    expect(folder).toBe('700 /var/lib/dropcap');
    expect(files).toEqual([expect.stringMatching(/^600 .*\/drops-[0-9a-f]{32}_00001_\d{14}\.pcapng$/)]);
  });

  test('runs as an ordinary user with two capabilities, of which its guard keeps one', () => {
    const rights = { CapBnd: BOTH, NoNewPrivs: '1', Seccomp: FILTER };
    expect(fields('whole.node')).toMatchObject({ ...rights, CapEff: BOTH });
    expect(fields('whole.guard')).toMatchObject({ ...rights, CapEff: NET_ADMIN });
    expect(fields('whole.node')['Uid']).toMatch(/^6\d{4}$/);
  });

  test('has the lines of dropcap in the journal, with their priorities', () => {
    const lines = guest.text('whole.journal').trimEnd().split('\n');
    expect(lines[0]).toMatch(/^6 dropcap: capturing from the kernel \(Linux 6\.12\./);
    expect(lines.slice(1, 4)).toEqual(['6 20 drops captured', '6 20 drops written', '6 0 queue drops']);
    // Packets that were lost elsewhere are a warning.
    expect(lines.at(-1)).toMatch(/^4 3 IPv6 packets not sent/);
  });

  test('ends in order, and the monitor is off', () => {
    expect([guest.status('stop'), guest.text('whole.result')]).toEqual([0, 'success\n']);
    expect(guest.text('whole-after.monitor')).toMatch(OFF);
  });

  test('is restarted when it gives no sign of life, and turns the monitor off meanwhile', () => {
    // 10 seconds without a drop, with a watchdog of 4 seconds.
    expect(guest.text('watchdog.restarts-before')).toBe('0\n');
    const log = guest.text('watchdog.log');
    expect(log).toContain('dropcap.service: Watchdog timeout (limit 4s)!');
    expect(log).toContain('dropcap.service: Scheduled restart job, restart counter is at 1.');
    // The second start found the monitor off: a monitor that is on would be joined, with a line about it.
    const lines = log.match(/^dropcap: .*/gm)!;
    expect(lines.filter((line) => !line.startsWith('dropcap: capturing from the kernel'))).toEqual([]);
    expect(payloads('watchdog-first.pcapng')).toEqual([1, 2, 3, 4, 5].map((i) => `dropcap-udp4-${i}`));
    expect(payloads('watchdog-second.pcapng')).toEqual([1, 2, 3].map((i) => `dropcap-udp6-${i}`));
    expect(guest.text('watchdog.monitor')).toMatch(OFF);
  });
});

describe('dropcap.service without one of its two capabilities', () => {
  const guest = machineOf('service.sh', '6.12', ['without']);

  test.each([
    ['CAP_NET_ADMIN', 'CAP_SYS_ADMIN'],
    ['CAP_SYS_ADMIN', 'CAP_NET_ADMIN'],
  ])('with only %s: does not start, and says that it lacks %s', (kept, missing) => {
    expect([guest.status(`only-${kept}`), guest.text(`only-${kept}.exit`)]).toEqual([1, '3\n']);
    expect(guest.text(`only-${kept}.journal`)).toMatch(
      new RegExp(`^3 dropcap: cannot .*: Operation not permitted .* does not allow ${missing}:`, 'm'),
    );
    // Starting again would not help.
    expect(guest.text(`only-${kept}.restarts`)).toBe('0\n');
  });
});
