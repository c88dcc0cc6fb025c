import type { DeviceTable } from '../drop/device.js';
import type { DropBatch } from '../drop/batch.js';
import { isNameFromDevices } from '../drop/kind.js';
import { encodeValue } from '../metadata/comment.js';
import { buildInterfaceText, DROPMON_INTERFACE } from '../metadata/interfaceDescription.js';
import { buildInterfaceDescription, type InterfaceDescription } from '../pcapng/blockBuilders.js';
import type { PacketForm } from './packetForm.js';

/**
 * Most interfaces of a section. Drops of further interfaces get the interface `dropmon`; their comments name the
 * device.
 */
const MAX_INTERFACES = 16_384;
const INITIAL_INTERFACES = 64;

/** Facts for describing interfaces, besides the drops. */
export interface InterfaceOrigin {
  readonly devices: DeviceTable;
  /** Release of the kernel that dropped the packets; undefined while not known. */
  readonly kernelRelease: string | undefined;
}

/** What all interfaces of a file have in common. */
interface CommonFacts extends Pick<InterfaceDescription, 'snapLength' | 'precision'> {
  /** Returns the expression that chose the drops, as far as it is known. */
  readonly filter?: (() => string | undefined) | undefined;
}

/**
 * The interfaces of a pcapng section: one for each input device and framing. An interface is described just before its
 * first packet, because the devices of a capture are not known earlier.
 */
export class InterfaceTable {
  readonly #origin: InterfaceOrigin;
  readonly #common: CommonFacts;
  #ids = new Map<string, number>();
  #linkTypes: number[] = [];
  #packets = new Float64Array(INITIAL_INTERFACES);

  constructor(origin: InterfaceOrigin, common: CommonFacts) {
    this.#origin = origin;
    this.#common = common;
  }

  /**
   * Number of packets of each interface, by the interface's id. Code that writes packets must increment it. The array
   * is replaced when the table grows: read this property again after `resolve` and `add`.
   */
  get packets(): Float64Array {
    return this.#packets;
  }

  get count(): number {
    return this.#linkTypes.length;
  }

  /** Link type of the first interface; undefined while there is no interface. */
  get firstLinkType(): number | undefined {
    return this.#linkTypes[0];
  }

  /** Starts a new section: ids start at 0 again. */
  clear(): void {
    this.#ids = new Map();
    this.#linkTypes = [];
    this.#packets.fill(0);
  }

  /**
   * Returns the interface id of row `i`.
   * @param form decides the packet's link type in the file.
   * @param onNew called with an interface description block when the interface is new in the section.
   */
  resolve(batch: DropBatch, i: number, form: PacketForm, onNew: (block: Uint8Array) => void): number {
    const kind = batch.kindOf(i);
    const { ifindex, interfaceName, otherNamespace = false, deviceType } = kind;
    const linkType = form.linkTypeOf(batch.framing[i]!);
    const framing = form.framingText(batch.framing[i]!);
    if (ifindex === undefined || this.#linkTypes.length >= MAX_INTERFACES) {
      return this.add(
        { name: DROPMON_INTERFACE, linkType, description: `no input device, ${framing}` },
        onNew,
      );
    }
    const nameFromDevices = isNameFromDevices(kind);
    const description = buildInterfaceText(ifindex, framing, { deviceType, nameFromDevices, otherNamespace });
    const facts = () =>
      interfaceName ? (this.#origin.devices.findDetailed(ifindex, interfaceName) ?? {}) : {};
    return this.add({ name: interfaceName || `ifindex${ifindex}`, linkType, description }, onNew, facts);
  }

  /**
   * Returns the id of the interface with exactly this name, link type and description.
   * @param facts called only for a new interface: further facts for its description.
   */
  add(
    description: Pick<InterfaceDescription, 'name' | 'linkType' | 'description'>,
    onNew: (block: Uint8Array) => void,
    facts: () => Pick<InterfaceDescription, 'hardware' | 'macAddress' | 'speed'> = () => ({}),
  ): number {
    const { linkType } = description;
    const name = encodeValue(description.name);
    const key = `${linkType} ${name} ${description.description}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#linkTypes.push(linkType) - 1;
    this.#ids.set(key, id);
    if (id === this.#packets.length) {
      const packets = new Float64Array(2 * id);
      packets.set(this.#packets);
      this.#packets = packets;
    }
    const { kernelRelease } = this.#origin;
    const os = kernelRelease === undefined ? undefined : `Linux ${kernelRelease}`;
    const { hardware, macAddress, speed } = facts();
    const common = { ...this.#common, filter: this.#common.filter?.() };
    onNew(buildInterfaceDescription({ ...common, ...description, name, os, hardware, macAddress, speed }));
    return id;
  }
}
