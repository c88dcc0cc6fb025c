/** A network device as rtnetlink describes it. */
export interface Device {
  readonly ifindex: number;
  readonly name: string;
  /** ARPHRD_*, or DEVICE_TYPE_UNKNOWN. */
  readonly type: number;
  /** 6 bytes. */
  readonly macAddress?: Uint8Array | undefined;
  /** What it is, for people: its driver, or the kind of a virtual device. */
  readonly hardware?: string | undefined;
  /** Bits a second. */
  readonly speed?: bigint | undefined;
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
  readonly #addDetails: (device: Device) => Device;

  /** @param addDetails finds out what takes a while to know of a device. */
  constructor(addDetails: (device: Device) => Device = (device) => device) {
    this.#addDetails = addDetails;
  }

  /** Takes a device, new or known by its index. */
  set(device: Device): void {
    if (this.#devices.size === MAX_DEVICES && !this.#devices.has(device.ifindex)) return;
    this.#devices.set(device.ifindex, device);
  }

  get(ifindex: number): Device | undefined {
    return this.#devices.get(ifindex);
  }

  /** The device with all that can be known of it, which may mean to read files: not for every drop. */
  getDetailed(ifindex: number): Device | undefined {
    const device = this.get(ifindex);
    return device && this.#addDetails(device);
  }
}
