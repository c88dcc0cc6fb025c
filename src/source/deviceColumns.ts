import { DEVICE_SLOT_WORDS, DEVICE_SLOTS, type HotPath } from '../binding/hotPath.js';
import { loadHotPath } from '../binding/load.js';
import type { Device, DeviceTable } from '../drop/device.js';
import { DEVICE_NOT_LOOKED_UP, type DropBatch, NAME_FROM_DEVICES } from '../drop/batch.js';
import { framingFitsDevice } from '../linktype/deviceTypes.js';
import { FRAMINGS } from '../linktype/framing.js';
import { DEVICE_TYPE_UNKNOWN, resolveFraming } from '../linktype/resolve.js';
import type { Link } from '../netlink/rtnetlink.js';
import type { StringTable } from '../drop/stringTable.js';

/**
 * Fills in the columns of a drop that its alert does not tell: type and name of the input device, and with their help
 * the framing of the payload.
 */
export class DeviceColumns {
  readonly #devices: DeviceTable;
  readonly #hotPath: HotPath | null;
  /** What the hot path knows of devices, and as of when. */
  readonly #slots = new Uint32Array(DEVICE_SLOTS * DEVICE_SLOT_WORDS);
  #strings: StringTable | undefined;
  #devicesVersion = -1;

  /** @param hotPath null: every row is filled by TypeScript. */
  constructor(devices: DeviceTable, hotPath: HotPath | null = loadHotPath()) {
    this.#devices = devices;
    this.#hotPath = hotPath;
  }

  /** Fills in the rows that were decoded from alerts. */
  fillIn(batch: DropBatch): void {
    this.#checkSlots(batch.strings);
    const { arena, columnMemory, length } = batch;
    for (let i = 0; i < length; i++) {
      if (this.#hotPath) i += this.#hotPath.fillDevices(arena, columnMemory, i, length, this.#slots);
      if (i < length && batch.deviceType[i] === DEVICE_NOT_LOOKED_UP) this.#fillRow(batch, i);
    }
  }

  /** The same for the rows of one device. */
  fillInOf(batch: DropBatch, ifindex: number): void {
    this.#checkSlots(batch.strings);
    for (let i = 0; i < batch.length; i++) {
      if (batch.deviceType[i] === DEVICE_NOT_LOOKED_UP && batch.ifindex[i] === ifindex)
        this.#fillRow(batch, i);
    }
  }

  /** A name that is there stays; one is left out where the framing contradicts the device. */
  #fillRow(batch: DropBatch, i: number): void {
    const ifindex = batch.ifindex[i]!;
    const device = ifindex === 0 ? undefined : this.#devices.get(ifindex);
    const deviceType = device ? device.type : DEVICE_TYPE_UNKNOWN;
    const framing = setDeviceType(batch, i, deviceType);
    const name = ifindex === 0 ? 0 : this.#nameId(ifindex, device, batch.strings);
    if (name !== 0 && batch.interfaceName[i] === 0 && framingFitsDevice(framing, deviceType)) {
      batch.interfaceName[i] = name;
      batch.nameSource[i] = NAME_FROM_DEVICES;
    }
  }

  /** The id of a device's name, 0 when it has none; fills its slot. */
  #nameId(ifindex: number, device: Device | undefined, strings: StringTable): number {
    const slot = (ifindex % DEVICE_SLOTS) * DEVICE_SLOT_WORDS;
    if (this.#slots[slot] !== ifindex) {
      const type = device ? device.type : DEVICE_TYPE_UNKNOWN;
      let framings = 0;
      for (let framing = 0; framing < FRAMINGS.length; framing++) {
        if (framingFitsDevice(framing, type)) framings |= 1 << framing;
      }
      this.#slots.set([ifindex, type, strings.internText(device?.name), framings], slot);
    }
    return this.#slots[slot + 2]!;
  }

  #checkSlots(strings: StringTable): void {
    const { version } = this.#devices;
    if (strings === this.#strings && version === this.#devicesVersion) return;
    this.#slots.fill(0);
    this.#strings = strings;
    this.#devicesVersion = version;
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
