import { describe, expect, test } from 'vitest';
import { type Guest, machineOf } from './machine.js';

const OFF = /^monitoring: +off$/m;

/** Checks that tshark listed the interface, captured the five drops of udp4, and left the monitor off. */
function expectCapture(guest: Guest, step: string): void {
  expect(guest.text(`${step}-list.out`)).toMatch(/^\d+\. dropmon \(Dropped packets\)$/m);
  expect(guest.status(step)).toBe(0);
  const rows = guest.text(`${step}-fields.out`).trimEnd().split('\n');
  expect(rows).toHaveLength(5);
  for (const row of rows) expect(row).toMatch(/^dropcap: reason=NO_SOCKET .*origin=sw.*\tNO_SOCKET$/);
  const payloads = guest.drops(`${step}.pcapng`).map(({ bytes }) => bytes.subarray(-14).toString());
  expect(payloads).toEqual([1, 2, 3, 4, 5].map((i) => `dropcap-udp4-${i}`));
  expect(guest.text(`${step}.monitor`)).toMatch(OFF);
}

describe("Wireshark's interface dropmon, run by root", () => {
  const guest = machineOf('extcap.sh', '6.12', ['ends', 'root']);

  test.each(['TERM', 'INT', 'EPIPE'])('%s ends it cleanly, and the monitor is off', (how) => {
    expect([guest.status(`end-${how}`), guest.text(`end-${how}.err`)]).toEqual([0, '']);
    expect(guest.text(`end-${how}.monitor`)).toMatch(OFF);
  });

  test('captures real drops with tshark', () => expectCapture(guest, 'root'));
});

describe("Wireshark's interface dropmon, run by an ordinary user", () => {
  const guest = machineOf('extcap.sh', '6.12', ['user']);

  test('names the remedy in one line without permission', () => {
    expect(guest.status('refused')).toBe(1);
    const lines = guest.text('refused.err').split('\n');
    expect(lines.filter((line) => line.includes('dropcap'))).toEqual([
      expect.stringMatching(
        /^tshark: Error by extcap pipe: dropcap: this user may not capture .*dropcap doctor/,
      ),
    ]);
  });

  test('captures real drops with tshark when the guard has the capabilities', () =>
    expectCapture(guest, 'user'));
});
