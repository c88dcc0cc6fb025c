import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { Device } from '../../drop/device.js';

const SYS_CLASS_NET = '/sys/class/net';
const BITS_PER_MEGABIT = 1_000_000n;

/**
 * Adds sysfs's facts to a device of this network namespace: the speed in bits a second, and the driver if rtnetlink gave
 * no kind. Reads files: call it once for each device that has drops, not for all devices. Returns the same device when
 * sysfs has another device of this name.
 */
export function withDetails(device: Device): Device {
  const folder = `${SYS_CLASS_NET}/${device.name}`;
  if (device.name.includes('/') || read(`${folder}/ifindex`) !== `${device.ifindex}`) return device;
  const megabits = read(`${folder}/speed`);
  const known = megabits !== undefined && /^[1-9]\d{0,9}$/.test(megabits);
  return {
    ...device,
    hardware: device.hardware ?? driver(folder),
    speed: known ? BigInt(megabits) * BITS_PER_MEGABIT : undefined,
  };
}

/** Content of a file without the newline; undefined when it cannot be read. `speed` fails for devices without a link. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return undefined;
  }
}

function driver(folder: string): string | undefined {
  try {
    return basename(readlinkSync(`${folder}/device/driver`));
  } catch {
    return undefined;
  }
}
