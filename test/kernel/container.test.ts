import { describe, expect, test } from 'vitest';
import { machineOf } from './machine.js';

const OFF = /^monitoring: +off$/m;

describe('dropcap as in the image of samples/container', () => {
  const guest = machineOf('container.sh', '6.12', ['whole', 'killed', 'without']);

  test('captures as an ordinary user without a capability, and SIGTERM ends it in order', () => {
    expect(guest.text('whole-during.monitor')).toMatch(/^monitoring: +on/m);
    expect([...guest.text('whole.node').matchAll(/^\w+:\s*(\w+)/gm)].map(([, set]) => Number(set))).toEqual([
      0, 0, 0,
    ]);
    expect(guest.status('whole')).toBe(0);
    expect(guest.drops('whole.pcapng')).toHaveLength(20);
    expect(guest.text('whole.monitor')).toMatch(OFF);
  });

  test('turns the monitor off when dropcap is killed, before the container ends', () => {
    expect(guest.status('killed')).toBe(128 + 9);
    expect(guest.text('killed.monitor')).toMatch(OFF);
  });

  test.each([
    ['only-net_admin', 'CAP_SYS_ADMIN'],
    ['only-sys_admin', 'CAP_NET_ADMIN'],
    ['none', 'CAP_NET_ADMIN and CAP_SYS_ADMIN'],
  ])('with %s of the two capabilities: ends, and says that it lacks %s', (step, missing) => {
    expect(guest.status(step)).toBe(3);
    expect(guest.text(`${step}.err`)).toMatch(
      new RegExp(`^dropcap: cannot .*: Operation not permitted .* does not allow ${missing}:`, 'm'),
    );
  });
});
