import { readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import type { Device } from '../../drop/device.js';

const SYS_CLASS_NET = '/sys/class/net';
const BITS_PER_MEGABIT = 1_000_000n;

/**
 * A device of this network namespace with what sysfs says beyond rtnetlink: the driver, where rtnetlink gave no kind,
 * and the speed. Reads files: meant for the few devices that drops come from, once each.
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

/** Without its line's end; undefined where there is none: `speed` fails for devices without a link. */
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
