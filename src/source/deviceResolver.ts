import type { HotPath } from '../binding/hotPath.js';
import type { DropBatch } from '../drop/batch.js';
import type { DeviceTable } from '../drop/device.js';
import type { DropKind, KindTable } from '../drop/kind.js';
import { DEVICE_KINDS, DEVICE_WORDS, FRAMING_UNRESOLVED } from '../drop/layout.js';
import { framingFitsDevice } from '../linktype/deviceTypes.js';
import { FRAMINGS } from '../linktype/framing.js';
import { DEVICE_TYPE_UNKNOWN, resolveFraming } from '../linktype/resolve.js';

/** The kinds that replace an alert's kind when the device is known. */
interface DeviceKinds {
  /** ARPHRD_*, or DEVICE_TYPE_UNKNOWN. */
  readonly deviceType: number;
  /** Number of the kind with the device's type, without a name from the devices. */
  readonly bare: number;
  /** Number of the kind with the device's name, for packets whose framing the device can have. */
  readonly named: number;
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
    for (let i = 0; i < length; i++) {
      if (this.#hotPath) i += this.#hotPath.resolveDevices(arena, columnMemory, i, length, this.#words);
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
    const { deviceType, bare, named } = (this.#known[kind.id] ??= this.#learn(batch.kinds, kind));
    const framing = framingOf(batch, i, kind, deviceType);
    batch.framing[i] = framing;
    batch.kind[i] = framingFitsDevice(framing, deviceType) ? named : bare;
  }

  /** Makes the kinds with the device. A name from the alert is not replaced. */
  #learn(kinds: KindTable, kind: DropKind): DeviceKinds {
    const device = kind.ifindex === undefined ? undefined : this.#devices.get(kind.ifindex);
    const deviceType = device ? device.type : DEVICE_TYPE_UNKNOWN;
    const bare = kinds.intern({ ...kind, deviceType }).id;
    const name = kind.interfaceName === undefined ? device?.name : undefined;
    const named = name
      ? kinds.intern({ ...kind, deviceType, interfaceName: name, interfaceNameSource: 'devices' }).id
      : bare;
    if (kind.id < DEVICE_KINDS && kind.littleEndian) {
      let framings = 0;
      for (let framing = 0; framing < FRAMINGS.length; framing++) {
        if (framingFitsDevice(framing, deviceType)) framings |= 1 << framing;
      }
      // The value 0 means that the kind is not known yet.
      this.#words.set([deviceType, framings, bare + 1, named + 1], kind.id * DEVICE_WORDS.length);
    }
    return { deviceType, bare, named };
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
