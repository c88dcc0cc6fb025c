import type { DeviceTable } from '../drop/device.js';
import type { DropBatch } from '../drop/batch.js';
import { encodeValue } from '../metadata/comment.js';
import { buildInterfaceText, DROPMON_INTERFACE } from '../metadata/interfaceDescription.js';
import { buildInterfaceDescription, type InterfaceDescription } from '../pcapng/blockBuilders.js';
import type { PacketForm } from './packetForm.js';

/** Interfaces a section; drops of further ones go to `dropmon`, their comments say which they were. */
const MAX_INTERFACES = 16_384;
const INITIAL_INTERFACES = 64;

/** What the interfaces of a file are described from, beside the drops. */
export interface InterfaceOrigin {
  readonly devices: DeviceTable;
  /** Release of the kernel that dropped the packets; undefined while not known. */
  readonly kernelRelease: string | undefined;
}

/**
 * The interfaces of a pcapng section: one for each input device and framing, described just before its first
 * packet, since which there will be is not known before.
 */
export class InterfaceTable {
  readonly #origin: InterfaceOrigin;
  #ids = new Map<string, number>();
  #linkTypes: number[] = [];
  #packets = new Float64Array(INITIAL_INTERFACES);

  constructor(origin: InterfaceOrigin) {
    this.#origin = origin;
  }

  /** Packets of each interface, by its id, for whoever writes them to count; another array once there are more interfaces. */
  get packets(): Float64Array {
    return this.#packets;
  }

  get count(): number {
    return this.#linkTypes.length;
  }

  /** Link type of the first interface; undefined when there is none yet. */
  get firstLinkType(): number | undefined {
    return this.#linkTypes[0];
  }

  /** Starts a section: ids begin at 0 again. */
  clear(): void {
    this.#ids = new Map();
    this.#linkTypes = [];
    this.#packets.fill(0);
  }

  /**
   * The interface of row `i`.
   * @param form what its packet is in the file.
   * @param onNew called with an interface description block when the interface is new to the section.
   */
  resolve(batch: DropBatch, i: number, form: PacketForm, onNew: (block: Uint8Array) => void): number {
    const { ifindex, interfaceName, interfaceNameSource, deviceType } = batch.kindOf(i);
    const linkType = form.linkTypeOf(batch.framing[i]!);
    const framing = form.describe(batch.framing[i]!);
    if (ifindex === undefined || this.#linkTypes.length >= MAX_INTERFACES) {
      return this.add(
        { name: DROPMON_INTERFACE, linkType, description: `no input device, ${framing}` },
        onNew,
      );
    }
    const nameFromDevices = interfaceNameSource === 'devices';
    const description = buildInterfaceText(ifindex, framing, { deviceType, nameFromDevices });
    const facts = () =>
      interfaceName ? (this.#origin.devices.findDetailed(ifindex, interfaceName) ?? {}) : {};
    return this.add({ name: interfaceName || `ifindex${ifindex}`, linkType, description }, onNew, facts);
  }

  /**
   * The interface with just that name, link type and description.
   * @param facts called for what else a new interface is described with.
   */
  add(
    description: InterfaceDescription,
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
    onNew(buildInterfaceDescription({ ...description, name, os, hardware, macAddress, speed }));
    return id;
  }
}
