import type { DeviceTable } from '../device.js';
import { FRAMINGS } from '../linktype/framing.js';
import { buildInterfaceDescription } from '../pcapng/blockBuilders.js';
import { encodeValue } from './comment.js';
import { resolveInterfaceName } from './interfaceName.js';

/** Name of the interface of drops without an input device, and of the one that carries a capture's losses. */
export const DROPMON_INTERFACE = 'dropmon';
/** Interfaces a section; drops of further ones go to `dropmon`, their comments say which they were. */
const MAX_INTERFACES = 16_384;

/**
 * The interfaces of a pcapng section: one for each input device and link type, described just before its first
 * packet, since which there will be is not known before.
 */
export class InterfaceTable {
  readonly #devices: DeviceTable;
  readonly #os: string | undefined;
  #ids = new Map<string, number>();
  #linkTypes: number[] = [];

  constructor(devices: DeviceTable, os: string | undefined) {
    this.#devices = devices;
    this.#os = os;
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
  }

  /**
   * The interface of drops with that input device (0: none) and framing.
   * @param kernelName the device's name as the alert gave it, if it did.
   * @param describe called with an interface description block when the interface is new to the section.
   */
  resolve(
    ifindex: number,
    framing: number,
    kernelName: string | undefined,
    describe: (block: Uint8Array) => void,
  ): number {
    const { linkType, description } = FRAMINGS[framing]!;
    if (ifindex === 0 || this.#linkTypes.length >= MAX_INTERFACES) {
      return this.add(DROPMON_INTERFACE, linkType, `no input device, ${description}`, describe);
    }
    const { name, remark } = resolveInterfaceName(this.#devices, ifindex, kernelName, framing);
    return this.add(
      name ?? `ifindex${ifindex}`,
      linkType,
      `ifindex ${ifindex}, ${description}${remark}`,
      describe,
    );
  }

  /** The interface with just that name, link type and description. */
  add(name: string, linkType: number, description: string, describe: (block: Uint8Array) => void): number {
    const encodedName = encodeValue(name);
    const key = `${linkType} ${encodedName} ${description}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#linkTypes.push(linkType) - 1;
    this.#ids.set(key, id);
    describe(buildInterfaceDescription({ linkType, name: encodedName, description, os: this.#os }));
    return id;
  }
}
