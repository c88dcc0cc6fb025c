import type { HotPath } from '../binding/hotPath.js';
import { be16, be32 } from '../bytes.js';
import type { DropBatch } from '../drop/batch.js';
import type { Device, DeviceTable } from '../drop/device.js';
import type { DropKind, InterfaceNameSource, KindTable } from '../drop/kind.js';
import { DEVICE_KINDS, DEVICE_WORDS, FRAMING_UNRESOLVED } from '../drop/layout.js';
import { framingFitsDevice } from '../linktype/deviceTypes.js';
import { FRAMING_ETHERNET, FRAMINGS } from '../linktype/framing.js';
import { DEVICE_TYPE_UNKNOWN, resolveFraming } from '../linktype/resolve.js';

const ADDRESS_BYTES = 6;
/** The address of loopback devices; in place of one that is not known. */
const NO_ADDRESS = new Uint8Array(ADDRESS_BYTES);

/** The kinds that replace an alert's kind when the device is known. */
interface DeviceKinds {
  /** ARPHRD_*, or DEVICE_TYPE_UNKNOWN. */
  readonly deviceType: number;
  /** Number of the kind with the device's type, without a name from the devices. */
  readonly bare: number;
  /** Number of the kind with the device's name, for packets whose framing the device can have. */
  readonly named: number;
  /** Like `named`, for frames to the device's own address. */
  readonly certain: number;
  /** The device that gave the name; undefined when there is none. */
  readonly device: Device | undefined;
  /** Number of the kind for frames of another network namespace; undefined until there is one. */
  other?: number;
}

/**
 * Resolves facts that an alert does not report: type and name of the input device, and the framing of the payload,
 * which depends on the device. Before, a row that was decoded from an alert has FRAMING_UNRESOLVED and the alert's
 * kind. Afterwards, the row has its framing and the kind with the device.
 */
export class DeviceResolver {
  readonly #devices: DeviceTable;
  readonly #hotPath: HotPath | null;
  /** By the number of the alert's kind. The hot path reads the same facts as words (DEVICE_WORDS). */
  #known: (DeviceKinds | undefined)[] = [];
  readonly #words = new Uint32Array(DEVICE_KINDS * DEVICE_WORDS.length);
  #kinds: KindTable | undefined;
  #devicesVersion = -1;

  /** @param hotPath the addon's functions; with null, TypeScript resolves every row. */
  constructor(devices: DeviceTable, hotPath: HotPath | null) {
    this.#devices = devices;
    this.#hotPath = hotPath;
  }

  /** Resolves all rows with FRAMING_UNRESOLVED. */
  resolve(batch: DropBatch): void {
    this.#checkKnown(batch.kinds);
    const { arena, columnMemory, framing, length } = batch;
    const { addressFilter } = this.#devices;
    for (let i = 0; i < length; i++) {
      if (this.#hotPath)
        i += this.#hotPath.resolveDevices(arena, columnMemory, i, length, this.#words, addressFilter);
      if (i < length && framing[i] === FRAMING_UNRESOLVED) this.#resolveRow(batch, i);
    }
  }

  /** Resolves the rows of one device that have FRAMING_UNRESOLVED. */
  resolveOf(batch: DropBatch, ifindex: number): void {
    this.#checkKnown(batch.kinds);
    for (let i = 0; i < batch.length; i++) {
      if (batch.framing[i] === FRAMING_UNRESOLVED && batch.kindOf(i).ifindex === ifindex)
        this.#resolveRow(batch, i);
    }
  }

  #resolveRow(batch: DropBatch, i: number): void {
    const kind = batch.kindOf(i);
    const known = (this.#known[kind.id] ??= this.#learn(batch.kinds, kind));
    const framing = framingOf(batch, i, kind, known.deviceType);
    batch.framing[i] = framing;
    batch.kind[i] = this.#kindWithDevice(batch, i, kind, known);
  }

  /** The number of the kind of row `i`, whose framing is known. */
  #kindWithDevice(batch: DropBatch, i: number, kind: DropKind, known: DeviceKinds): number {
    const { deviceType, bare, named, certain, device } = known;
    const framing = batch.framing[i]!;
    if (!framingFitsDevice(framing, deviceType)) return bare;
    const length = batch.payloadLength[i]!;
    if (!device || framing !== FRAMING_ETHERNET || length < 2 * ADDRESS_BYTES) return named;
    const { arena } = batch;
    const offset = batch.payloadOffset[i]!;
    if (isAddressed(arena, offset, length, device.macAddress)) return certain;
    // The address of a device that has nothing to do with this one: the index is of another network namespace.
    const foreign =
      this.#devices.ownedByUnrelated(arena, offset, device) ||
      this.#devices.ownedByUnrelated(arena, offset + ADDRESS_BYTES, device);
    if (!foreign) return named;
    return (known.other ??= batch.kinds.intern({ ...kind, otherNamespace: true }).id);
  }

  /** Makes the kinds with the device. A name from the alert is not replaced. */
  #learn(kinds: KindTable, kind: DropKind): DeviceKinds {
    const device = kind.ifindex === undefined ? undefined : this.#devices.get(kind.ifindex);
    const deviceType = device ? device.type : DEVICE_TYPE_UNKNOWN;
    const bare = kinds.intern({ ...kind, deviceType }).id;
    const interfaceName = kind.interfaceName === undefined ? device?.name : undefined;
    const withName = (interfaceNameSource: InterfaceNameSource) =>
      interfaceName ? kinds.intern({ ...kind, deviceType, interfaceName, interfaceNameSource }).id : bare;
    const named = withName('devices');
    const certain = withName('address');
    if (kind.id < DEVICE_KINDS && kind.littleEndian) {
      let framings = 0;
      for (let framing = 0; framing < FRAMINGS.length; framing++) {
        if (framingFitsDevice(framing, deviceType)) framings |= 1 << framing;
      }
      // The value 0 means that the kind is not known yet.
      const address = device?.macAddress ?? NO_ADDRESS;
      this.#words.set(
        [deviceType, framings, bare + 1, named + 1, certain + 1, be16(address, 0), be32(address, 2)],
        kind.id * DEVICE_WORDS.length,
      );
    }
    return { deviceType, bare, named, certain, device: named === bare ? undefined : device };
  }

  #checkKnown(kinds: KindTable): void {
    const { version } = this.#devices;
    if (kinds === this.#kinds && version === this.#devicesVersion) return;
    if (this.#known.length > 0) this.#words.fill(0);
    this.#known = [];
    this.#kinds = kinds;
    this.#devicesVersion = version;
  }
}

/** The framing of row `i` for a kind and a device type. */
export function framingOf(batch: DropBatch, i: number, kind: DropKind, deviceType: number): number {
  return resolveFraming(
    batch.arena,
    batch.payloadOffset[i]!,
    batch.payloadLength[i]!,
    batch.protocol[i]!,
    batch.originalLength[i]!,
    deviceType,
    kind.littleEndian,
  );
}

/**
 * Whether an Ethernet frame of `length` bytes at `offset` is for a device with that hardware address. Loopback devices
 * have the address 0, and files leave it out.
 */
export function isAddressed(
  bytes: Uint8Array,
  offset: number,
  length: number,
  address: Uint8Array = NO_ADDRESS,
): boolean {
  if (length < ADDRESS_BYTES) return false;
  for (let at = 0; at < ADDRESS_BYTES; at++) if (bytes[offset + at] !== address[at]) return false;
  return true;
}
