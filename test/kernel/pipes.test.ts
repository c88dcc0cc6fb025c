import { describe, expect, test } from 'vitest';
import { machineOf } from './machine.js';

const OFF = /^monitoring: +off$/m;

describe('captures into pipes', () => {
  const guest = machineOf('pipes.sh', '6.12', ['idle', 'tshark', 'log']);

  test.each(['stdout', 'fifo'])(
    'tshark takes 5 drops from %s, then dropcap ends and the monitor is off',
    (step) => {
      expect(guest.status(step)).toBe(0);
      expect(guest.text(`${step}.err`)).toMatch(/^0 queue drops$/m);
      // Processors report in any order.
      expect(
        guest
          .drops(`${step}.pcapng`)
          .map(({ bytes }) => bytes.subarray(-14).toString())
          .toSorted(),
      ).toEqual([1, 2, 3, 4, 5].map((i) => `dropcap-udp4-${i}`));
      expect(guest.text(`${step}.monitor`)).toMatch(OFF);
    },
  );

  test('a reader that goes ends a capture without drops', () => {
    expect([guest.status('idle'), guest.text('idle.err')]).toEqual([
      0,
      expect.stringMatching(/^\d+ drops captured$/m),
    ]);
    expect(guest.text('idle.monitor')).toMatch(OFF);
  });

  test("the log of Wireshark's toolbar has the losses of a flood", () => {
    expect([guest.status('log'), guest.text('log.err')]).toEqual([0, '']);
    const control = guest.text('control');
    const logged = [...control.matchAll(/\d\d:\d\d:\d\d (\d+) queue drops, \d+ overruns so far\n/g)];
    expect(logged.length).toBeGreaterThan(0);
    expect(Number(logged.at(-1)![1])).toBeGreaterThan(0);
    expect(control).toMatch(/\d\d:\d\d:\d\d capturing from /);
    // The control "Lost" shows the last one too.
    expect(control).toContain(`\u0001\u0001${logged.at(-1)![1]} queue drops`);
  });
});
