import { describe, expect, test } from 'vitest';
import { KINDS } from '../../kernel/kinds.js';
import { machineOf } from '../../kernel/machine.js';
import { judgePackages } from './captures.js';

describe('the packages on Linux 6.12 for x86-64', () => {
  judgePackages('x64', '6.12', KINDS);
});

describe("the .deb's service under systemd", () => {
  const guest = machineOf('../everywhere/installed/service.sh', '6.12', ['service', 'removal']);
  const payloads = (name: string) =>
    guest
      .drops(name)
      .map(({ bytes }) => /dropcap-\w+-\d/.exec(bytes.toString('latin1'))?.[0] ?? '')
      .toSorted();
  const words = (name: string) => guest.text(name).split('\n').slice(0, -1);
  const LINK = '/etc/systemd/system/multi-user.target.wants/dropcap.service';

  test('is not enabled by the installation', () => {
    expect([guest.status('deb'), guest.text('enabled-first')]).toEqual([0, 'disabled\n']);
  });

  test('captures', () => {
    expect([guest.status('enable'), guest.text('first.state')]).toEqual([0, 'active\n']);
    expect(payloads('first.pcapng')).toEqual([1, 2, 3, 4, 5].map((i) => `dropcap-udp4-${i}`));
  });

  test('is restarted by an upgrade, and captures again', () => {
    const [before, after] = words('invocations');
    expect(after).toMatch(/^[0-9a-f]{32}$/);
    expect(after).not.toBe(before);
    expect([guest.status('upgrade'), guest.text('second.state')]).toEqual([0, 'active\n']);
    expect(payloads('second.pcapng')).toEqual([1, 2, 3].map((i) => `dropcap-udp6-${i}`));
  });

  test('is ended and disabled when the package is removed: the monitor is off, and the captures stay', () => {
    expect(guest.status('remove')).toBe(0);
    expect(guest.text('processes-left')).toBe('');
    expect(guest.text('monitor')).toBe('0\n');
    expect(words('links')).toEqual([`before: ${LINK}`, 'after:']);
    expect(words('files-removed')).toHaveLength(2);
  });

  test('leaves no folder, captures, unit and group when the package is purged', () => {
    expect([guest.status('purge'), guest.text('files-purged'), guest.text('group-purged')]).toEqual([
      0,
      '',
      '',
    ]);
  });
});
