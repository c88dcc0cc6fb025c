/** A network device as rtnetlink describes it. */
export interface Device {
  readonly ifindex: number;
  readonly name: string;
  /** ARPHRD_* */
  readonly type: number;
}

/** Most devices that a table keeps: a hostile recording may name any number of them. */
const MAX_DEVICES = 65_536;

/**
 * The devices of the first network namespace, by index. A device that went away keeps its last name, since drops
 * that it saw may still be queued. An alert's index may belong to another namespace, which the kernel does not
 * tell: whoever shows a name from here says so.
 */
export class DeviceTable {
  /** Another number after each change, for whoever remembers what he looked up. */
  version = 0;
  readonly #devices = new Map<number, Device>();

  /** Takes a device, new or known by its index. */
  set(device: Device): void {
    const known = this.#devices.get(device.ifindex);
    if (known?.name === device.name && known.type === device.type) return;
    if (!known && this.#devices.size === MAX_DEVICES) return;
    this.#devices.set(device.ifindex, device);
    this.version++;
  }

  get(ifindex: number): Device | undefined {
    return this.#devices.get(ifindex);
  }
}
