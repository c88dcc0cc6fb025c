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
  /** Devices whose index is another's now, by index and name: a file may be of several hosts. */
  readonly #former = new Map<string, Device>();
  readonly #addDetails: (device: Device) => Device;
  #version = 0;

  /** @param addDetails finds out what takes a while to know of a device. */
  constructor(addDetails: (device: Device) => Device = (device) => device) {
    this.#addDetails = addDetails;
  }

  /** Changes whenever a device does. */
  get version(): number {
    return this.#version;
  }

  /** Takes a device, new or known by its index. */
  set(device: Device): void {
    const { ifindex } = device;
    const former = this.#devices.get(ifindex);
    if (this.#devices.size === MAX_DEVICES && !former) return;
    this.#devices.set(ifindex, device);
    this.#version++;
    if (!former || former.name === device.name || this.#former.size === MAX_DEVICES) return;
    this.#former.set(`${ifindex} ${former.name}`, former);
  }

  get(ifindex: number): Device | undefined {
    return this.#devices.get(ifindex);
  }

  /** The device that has, or had last, that index and that name. */
  find(ifindex: number, name: string): Device | undefined {
    const device = this.#devices.get(ifindex);
    return device?.name === name ? device : this.#former.get(`${ifindex} ${name}`);
  }

  /** As `find`, with all that can be known of the device, which may mean to read files: not for every drop. */
  findDetailed(ifindex: number, name: string): Device | undefined {
    const device = this.find(ifindex, name);
    return device && this.#addDetails(device);
  }
}
