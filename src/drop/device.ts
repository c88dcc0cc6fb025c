/** A network device as rtnetlink describes it. */
export interface Device {
  readonly ifindex: number;
  readonly name: string;
  /** ARPHRD_*, or DEVICE_TYPE_UNKNOWN. */
  readonly type: number;
  /** 6 bytes. */
  readonly macAddress?: Uint8Array | undefined;
  /** Text for people: the device's driver, or the kind of a virtual device. */
  readonly hardware?: string | undefined;
  /** Bits a second. */
  readonly speed?: bigint | undefined;
}

/** Most devices that a table keeps. This limit bounds the memory that a hostile recording can take. */
const MAX_DEVICES = 65_536;

/**
 * The devices of the first network namespace, by index. A device that was removed keeps its last name, because its
 * drops may still be queued. An alert does not report its network namespace, so its index may belong to a device of
 * another namespace. Callers that show a name from this table must also show its source (`interfaceNameSource`).
 */
export class DeviceTable {
  readonly #devices = new Map<number, Device>();
  /** Devices whose index now belongs to another device, by index and name. A file may hold drops of several hosts. */
  readonly #former = new Map<string, Device>();
  readonly #addDetails: (device: Device) => Device;
  #version = 0;

  /** @param addDetails returns the device with the details that take long to read. */
  constructor(addDetails: (device: Device) => Device = (device) => device) {
    this.#addDetails = addDetails;
  }

  /** Incremented by `set`. Callers that cache what they looked up must compare it. */
  get version(): number {
    return this.#version;
  }

  /** Adds a device, or replaces the device with the same index. */
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

  /**
   * The device with that index and name. If the index now belongs to another device, the last device with that name.
   */
  find(ifindex: number, name: string): Device | undefined {
    const device = this.#devices.get(ifindex);
    return device?.name === name ? device : this.#former.get(`${ifindex} ${name}`);
  }

  /** Like `find`, but with the details that take long to read. May read files: do not call it for every drop. */
  findDetailed(ifindex: number, name: string): Device | undefined {
    const device = this.find(ifindex, name);
    return device && this.#addDetails(device);
  }
}
