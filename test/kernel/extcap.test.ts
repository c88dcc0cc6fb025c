import { describe, expect, test } from 'vitest';
import { type Guest, machineOf } from './machine.js';

const OFF = /^monitoring: +off$/m;

/** What tshark did in a step: whether it listed the interface, its status, its rows, the packets' ends, the monitor. */
function captureOf(guest: Guest, step: string) {
  return {
    listed: /^\d+\. dropmon \(Dropped packets\)$/m.test(guest.text(`${step}-list.out`)),
    status: guest.status(step),
    rows: guest.text(`${step}-fields.out`).trimEnd().split('\n'),
    payloads: guest
      .drops(`${step}.pcapng`)
      .map(({ bytes }) => bytes.subarray(-14).toString())
      .toSorted(), // Processors report in any order.
    off: OFF.test(guest.text(`${step}.monitor`)),
  };
}

const CAPTURE = {
  listed: true,
  status: 0,
  rows: Array.from({ length: 5 }, (): unknown =>
    expect.stringMatching(/^dropcap: reason=NO_SOCKET .*origin=sw.*\tNO_SOCKET$/),
  ),
  payloads: [1, 2, 3, 4, 5].map((i) => `dropcap-udp4-${i}`),
  off: true,
};

describe("Wireshark's interface dropmon, run by root", () => {
  const guest = machineOf('extcap.sh', '6.12', ['ends', 'root']);

  test.each(['TERM', 'INT', 'EPIPE', 'alone'])('%s ends it cleanly, and the monitor is off', (how) => {
    expect([guest.status(`end-${how}`), guest.text(`end-${how}.err`)]).toEqual([0, '']);
    expect(guest.text(`end-${how}.monitor`)).toMatch(OFF);
  });

  test('captures real drops with tshark', () => {
    expect(captureOf(guest, 'root')).toEqual(CAPTURE);
  });
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

  test('captures real drops with tshark when the guard has the capabilities', () => {
    expect(captureOf(guest, 'user')).toEqual(CAPTURE);
  });
});
