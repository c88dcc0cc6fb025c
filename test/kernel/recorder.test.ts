import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { machineOf } from './machine.js';

/** The drops of drops.sh by the kind that their content names, without the few others of the machine. */
function kinds(packets: readonly Buffer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const packet of packets) {
    const kind = /dropcap-([a-z0-9]+)-\d/.exec(packet.toString('latin1'))?.[1];
    if (kind !== undefined) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

describe('a recorder on Linux 6.12', () => {
  const guest = machineOf('recorder.sh', '6.12', ['recorder', 'folder']);
  const files = () =>
    readdirSync(dirname(guest.path('x')))
      .filter((name) => /^recorder_\d{5}_\d{14}\.pcapng$/.test(name))
      .toSorted();
  const bytesIn = (name: string) => guest.drops(name).map(({ bytes }) => bytes);

  test('writes what is around a drop that triggers, and around SIGUSR2', () => {
    expect(guest.status('recorder')).toBe(0);
    expect(files().map((name) => kinds(bytesIn(name)))).toEqual([
      { udp4: 5, udp6: 3, nft: 3, vlan: 2 },
      { tunnel: 3, proto: 1 },
    ]);
    expect(guest.text('recorder.err')).toContain('dropcap: trigger (reason = NETFILTER_DROP): writing ');
    expect(guest.text('recorder.err')).toContain('dropcap: trigger (SIGUSR2): writing ');
  });

  test('accounts for all drops', () => {
    const count = (text: RegExp) => Number(text.exec(guest.text('recorder.err'))![1]);
    const captured = count(/^(\d+) drops captured$/m);
    const written = count(/^(\d+) drops written$/m);
    const forgotten = count(/^(\d+) drops remembered and not written$/m);
    expect(written + forgotten).toBe(captured);
    expect(written).toBe(files().flatMap((name) => bytesIn(name)).length);
    expect(forgotten).toBeGreaterThanOrEqual(5); // nft and loopback after the second file
    // Two of the first nft, and three of the second one.
    expect(guest.text('recorder.err')).toContain('\n2 files for triggers\n');
    expect(guest.text('recorder.err')).toContain(
      '\n5 more triggers (while a file was written, or in the pause after it)',
    );
    expect(guest.text('recorder.err')).toContain('\n0 queue drops\n0 overruns\n0 malformed alerts\n');
  });

  test('writes the same packets and facts as a capture of all drops', () => {
    const all = guest.drops('all.pcapng');
    const written = files().flatMap((name) => guest.drops(name));
    expect(all).toEqual(expect.arrayContaining(written));
  });

  test('ran its command for each file', () => {
    const lines = guest.text('commands').split('\n').slice(0, -1);
    expect(lines).toEqual(
      files().map((name, i) => {
        const trigger = i === 0 ? 'reason = NETFILTER_DROP' : 'SIGUSR2';
        return `${trigger} ${guest.path(name)}`;
      }),
    );
  });

  test('refuses a folder in which its user can make no files, and stops monitoring', () => {
    expect([guest.status('folder'), guest.text('folder.err')]).toEqual([
      1,
      expect.stringMatching(/cannot make later files in .* as user 65534: permission denied/),
    ]);
    expect(guest.status('listeners')).toBe(0);
  });
});
