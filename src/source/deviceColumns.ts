import type { Device, DeviceTable } from '../device.js';
import { DEVICE_NOT_LOOKED_UP, type DropBatch, NAME_FROM_DEVICES } from '../drop.js';
import { framingFitsDevice } from '../linktype/deviceTypes.js';
import { DEVICE_TYPE_UNKNOWN, resolveFraming } from '../linktype/resolve.js';
import type { Link } from '../netlink/rtnetlink.js';
import type { StringTable } from '../stringTable.js';

/**
 * Fills in the columns of a drop that its alert does not tell: type and name of the input device, and with their help
 * the framing of the payload.
 */
export class DeviceColumns {
  readonly #devices: DeviceTable;
  #strings: StringTable | undefined;
  /** Ids of names in `#strings`, by index of the device. */
  readonly #names = new Map<number, { device: Device; id: number }>();

  constructor(devices: DeviceTable) {
    this.#devices = devices;
  }

  /** Fills in the rows that were decoded from alerts: all, or those of one device. */
  fill(batch: DropBatch, ifindex?: number): void {
    for (let i = 0; i < batch.length; i++) {
      if (batch.deviceType[i] !== DEVICE_NOT_LOOKED_UP) continue;
      if (ifindex === undefined || batch.ifindex[i] === ifindex) this.#fillRow(batch, i);
    }
  }

  /** A name that is there stays; one is left out where the framing contradicts the device. */
  #fillRow(batch: DropBatch, i: number): void {
    const ifindex = batch.ifindex[i]!;
    const device = ifindex === 0 ? undefined : this.#devices.get(ifindex);
    const deviceType = device ? device.type : DEVICE_TYPE_UNKNOWN;
    const framing = setDeviceType(batch, i, deviceType);
    if (device && batch.interfaceName[i] === 0 && framingFitsDevice(framing, deviceType)) {
      const name = this.#nameId(device, batch.strings);
      batch.interfaceName[i] = name;
      if (name !== 0) batch.nameSource[i] = NAME_FROM_DEVICES;
    }
  }

  #nameId(device: Device, strings: StringTable): number {
    if (strings !== this.#strings) {
      this.#names.clear();
      this.#strings = strings;
    }
    const known = this.#names.get(device.ifindex);
    if (known?.device === device) return known.id;
    const id = strings.internText(device.name);
    this.#names.set(device.ifindex, { device, id });
    return id;
  }
}

/** A device as rtnetlink tells it. */
export function toDevice({ ifindex, name, type, macAddress, kind }: Link): Device {
  return { ifindex, name, type, macAddress, hardware: kind };
}

/** Sets the type of row `i`'s device, and with it the framing of the payload, which is returned. */
export function setDeviceType(batch: DropBatch, i: number, deviceType: number): number {
  const framing = resolveFraming(
    batch.arena,
    batch.payloadOffset[i]!,
    batch.payloadLength[i]!,
    batch.protocol[i]!,
    batch.originalLength[i]!,
    deviceType,
    batch.littleEndian[i] === 1,
  );
  batch.deviceType[i] = deviceType;
  batch.framing[i] = framing;
  return framing;
}
