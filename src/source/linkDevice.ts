import type { Device } from '../drop/device.js';
import type { Link } from '../netlink/rtnetlink.js';

/** The device that an rtnetlink link message describes. */
export function deviceOfLink({ ifindex, name, type, macAddress, kind, master, link }: Link): Device {
  return { ifindex, name, type, macAddress, hardware: kind, master, link };
}
