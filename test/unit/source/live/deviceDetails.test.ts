import { describe, expect, test } from 'vitest';
import { DeviceTable } from '../../../../src/drop/device.js';
import { withDetails } from '../../../../src/source/live/deviceDetails.js';

const LO = { ifindex: 1, name: 'lo', type: 772 };

describe('withDetails', () => {
  test('finds neither speed nor driver for the loopback device', () => {
    expect(withDetails(LO)).toEqual({ ...LO, hardware: undefined, speed: undefined });
  });

  test('keeps the facts from rtnetlink', () => {
    const known = { ...LO, hardware: 'veth', macAddress: Uint8Array.of(2, 0, 0, 0, 0, 1) };
    expect(withDetails(known)).toEqual({ ...known, speed: undefined });
  });

  test.each([
    ['of another index', { ...LO, ifindex: 99_999 }],
    ['that is gone', { ifindex: 1, name: 'gone0', type: 1 }],
    ['whose name is a path', { ifindex: 1, name: '../net/lo', type: 1 }],
    ['without a name', { ifindex: 1, name: '', type: 1 }],
    ['with a NUL in its name', { ifindex: 1, name: 'lo\0', type: 1 }],
  ])('does not change a device %s', (_, device) => {
    expect(withDetails(device)).toBe(device);
  });
});

describe('DeviceTable', () => {
  test('finds devices by index and name, also after another device got the index', () => {
    const devices = new DeviceTable();
    for (const name of ['a', 'b', 'c']) devices.set({ ifindex: 5, name, type: 1 });
    devices.set({ ifindex: 6, name: 'd', type: 1 });
    expect(devices.get(5)?.name).toBe('c');
    expect(['a', 'b', 'c', 'd'].map((name) => devices.find(5, name)?.name)).toEqual([
      'a',
      'b',
      'c',
      undefined,
    ]);
    expect(devices.find(6, 'd')?.ifindex).toBe(6);
  });

  test('asks for details only of devices that it has', () => {
    const asked: string[] = [];
    const devices = new DeviceTable((device) => {
      asked.push(device.name);
      return { ...device, speed: 1n };
    });
    devices.set({ ifindex: 5, name: 'a', type: 1 });
    expect(devices.findDetailed(5, 'a')?.speed).toBe(1n);
    expect(devices.findDetailed(5, 'b')).toBeUndefined();
    expect([asked, devices.get(5)?.speed]).toEqual([['a'], undefined]);
  });
});
