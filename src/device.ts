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
  readonly #devices = new Map<number, Device>();

  set(device: Device): void {
    if (this.#devices.size < MAX_DEVICES || this.#devices.has(device.ifindex)) {
      this.#devices.set(device.ifindex, device);
    }
  }

  get(ifindex: number): Device | undefined {
    return this.#devices.get(ifindex);
  }
}
