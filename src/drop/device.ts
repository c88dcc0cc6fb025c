import { be16, be32 } from '../bytes.js';
import { DeviceGroups } from './deviceGroups.js';

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
  /** Index of the bridge or bond that has this device as a port. */
  readonly master?: number | undefined;
  /** Index of the device below, or of a veth device's peer. */
  readonly link?: number | undefined;
}

/** Bytes of `DeviceTable.addressFilter`, a power of 2. */
export const ADDRESS_FILTER_BYTES = 4096;

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
  /** Devices by their hardware address, as `addressKey` gives it. */
  readonly #byAddress = new Map<number, Set<number>>();
  readonly #addDetails: (device: Device) => Device;
  readonly #groups = new DeviceGroups();
  #version = 0;
  /**
   * The byte of a hardware address is not 0 if a device has or had that address: see `filterIndex`. Some bytes of other
   * addresses are not 0 either.
   */
  readonly addressFilter: Uint8Array = new Uint8Array(ADDRESS_FILTER_BYTES);

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
    this.#moveAddress(ifindex, former?.macAddress, device.macAddress);
    if (device.master !== undefined) this.#groups.join(ifindex, device.master);
    if (device.link !== undefined) this.#groups.join(ifindex, device.link);
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

  /**
   * Whether the hardware address at `offset` belongs to a device, but to none that is `device` or related to it
   * (DeviceGroups). The caller checked that there are 6 bytes.
   */
  ownedByUnrelated(bytes: Uint8Array, offset: number, { ifindex }: Device): boolean {
    const owners = this.#byAddress.get(addressKey(bytes, offset));
    if (!owners) return false;
    for (const owner of owners) if (this.#groups.related(owner, ifindex)) return false;
    return true;
  }

  #moveAddress(ifindex: number, from: Uint8Array | undefined, to: Uint8Array | undefined): void {
    if (from) {
      const key = addressKey(from, 0);
      const owners = this.#byAddress.get(key);
      owners?.delete(ifindex);
      if (owners?.size === 0) this.#byAddress.delete(key);
    }
    const key = to && addressKey(to, 0);
    // Loopback devices have the address 0, and so have frames that pass them.
    if (!to || !key) return;
    const owners = this.#byAddress.get(key);
    if (owners) owners.add(ifindex);
    else this.#byAddress.set(key, new Set([ifindex]));
    this.addressFilter[filterIndex(to, 0)] = 1;
  }

  /** Like `find`, but with the details that take long to read. May read files: do not call it for every drop. */
  findDetailed(ifindex: number, name: string): Device | undefined {
    const device = this.find(ifindex, name);
    return device && this.#addDetails(device);
  }
}

/** The hardware address of 6 bytes at `offset` as a number. */
function addressKey(bytes: Uint8Array, offset: number): number {
  return be16(bytes, offset) * 0x1_0000_0000 + be32(bytes, offset + 2);
}

/** The byte of `addressFilter` for the hardware address at `offset`. The addon computes the same (FilterIndex). */
function filterIndex(bytes: Uint8Array, offset: number): number {
  return (be16(bytes, offset + 2) ^ be16(bytes, offset + 4)) & (ADDRESS_FILTER_BYTES - 1);
}
