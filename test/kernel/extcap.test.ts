import { describe, expect, test } from 'vitest';
import { machineOf } from './machine.js';

const OFF = /^monitoring: +off$/m;

describe("Wireshark's interface dropmon on Linux 6.12", () => {
  const guest = machineOf('extcap.sh', '6.12', ['ends', 'root', 'user']);

  test.each(['TERM', 'INT', 'EPIPE'])('%s ends it cleanly, and the monitor is off', (how) => {
    expect([guest.status(`end-${how}`), guest.text(`end-${how}.err`)]).toEqual([0, '']);
    expect(guest.text(`end-${how}.monitor`)).toMatch(OFF);
  });

  test.each(['root', 'user'])('tshark of %s lists it, and captures real drops', (user) => {
    expect(guest.text(`${user}-list.out`)).toMatch(/^\d+\. dropmon \(Dropped packets\)$/m);
    expect(guest.status(user)).toBe(0);
    const rows = guest.text(`${user}-fields.out`).trimEnd().split('\n');
    expect(rows).toHaveLength(5);
    for (const row of rows) expect(row).toMatch(/^dropcap: reason=NO_SOCKET .*origin=sw.*\tNO_SOCKET$/);
    const payloads = guest.drops(`${user}.pcapng`).map(({ bytes }) => bytes.subarray(-14).toString());
    expect(payloads).toEqual([1, 2, 3, 4, 5].map((i) => `dropcap-udp4-${i}`));
    expect(guest.text(`${user}.monitor`)).toMatch(OFF);
  });

  test('a missing permission is one line that names the remedy', () => {
    expect(guest.status('refused')).toBe(1);
    const lines = guest
      .text('refused.err')
      .split('\n')
      .filter((line) => line.includes('dropcap'));
    expect(lines).toEqual([
      expect.stringMatching(
        /^tshark: Error by extcap pipe: dropcap: this user may not capture .*dropcap doctor/,
      ),
    ]);
  });
});
