import type { DropOrigin } from './origin.js';
import { splitSymbol } from './symbol.js';

/** Kinds before a table is full: the number of alerts that the decoders keep, each with and without its device. */
const MAX_KINDS = 8192;
/** Characters of all facts before a table is full. A hostile recording has texts of up to 64 KiB. */
const MAX_CHARACTERS = 4 << 20;

/** Facts that drops share when they have the same drop point, drop reason and device. */
export interface KindFacts {
  readonly origin: DropOrigin;
  /** Address of the instruction after the one that dropped; undefined for hardware. */
  readonly programCounter?: bigint | undefined;
  /** Drop reason without SKB_DROP_REASON_, such as NO_SOCKET; kernels from 5.18. */
  readonly reason?: string | undefined;
  /** The kernel's text for the program counter (%pS): `function+0xOFFSET/0xSIZE [module]`, cut at 39 characters. */
  readonly symbolText?: string | undefined;
  /** devlink trap and trap group of a hardware drop. */
  readonly trap?: string | undefined;
  readonly trapGroup?: string | undefined;
  /** Flow action cookie of a hardware drop. Must not be changed. */
  readonly cookie?: Uint8Array | undefined;
  /** Index of the input device in the drop's network namespace. The kernel does not report which namespace. */
  readonly ifindex?: number | undefined;
  readonly interfaceName?: string | undefined;
  /**
   * Source of the name: the alert, or the devices of the first network namespace, where the index may belong to
   * another device.
   */
  readonly interfaceNameSource?: 'alert' | 'devices' | undefined;
  /** ARPHRD_* of the input device, or DEVICE_TYPE_UNKNOWN. */
  readonly deviceType: number;
  /** Byte order of the kernel's host. Needed for payloads with fields in host order (CAN, netlink). */
  readonly littleEndian: boolean;
}

/** The facts that many drops share. Made once for all of these drops. Immutable. */
export class DropKind implements KindFacts {
  /** Number of the kind in its table, from 0. Consumers may use it as an index into their own arrays. */
  readonly id: number;
  readonly origin: DropOrigin;
  readonly programCounter: bigint | undefined;
  readonly reason: string | undefined;
  readonly symbolText: string | undefined;
  /** The drop point, `function+0xOFFSET/0xSIZE`, from `symbolText`. */
  readonly symbol: string | undefined;
  /** Module of the function; undefined for the kernel's own code, and when the kernel cut the module's name. */
  readonly module: string | undefined;
  readonly trap: string | undefined;
  readonly trapGroup: string | undefined;
  readonly cookie: Uint8Array | undefined;
  readonly ifindex: number | undefined;
  readonly interfaceName: string | undefined;
  readonly interfaceNameSource: 'alert' | 'devices' | undefined;
  readonly deviceType: number;
  readonly littleEndian: boolean;

  constructor(id: number, facts: KindFacts) {
    const place = facts.symbolText === undefined ? undefined : splitSymbol(facts.symbolText);
    this.id = id;
    this.origin = facts.origin;
    this.programCounter = facts.programCounter;
    this.reason = facts.reason;
    this.symbolText = facts.symbolText;
    this.symbol = place?.symbol;
    this.module = place?.module;
    this.trap = facts.trap;
    this.trapGroup = facts.trapGroup;
    this.cookie = facts.cookie?.slice();
    this.ifindex = facts.ifindex;
    this.interfaceName = facts.interfaceName;
    this.interfaceNameSource = facts.interfaceNameSource;
    this.deviceType = facts.deviceType;
    this.littleEndian = facts.littleEndian;
  }

  /** The facts of this kind with some changes: for `KindTable.intern`. */
  with(changes: Partial<KindFacts>): KindFacts {
    return {
      origin: this.origin,
      programCounter: this.programCounter,
      reason: this.reason,
      symbolText: this.symbolText,
      trap: this.trap,
      trapGroup: this.trapGroup,
      cookie: this.cookie,
      ifindex: this.ifindex,
      interfaceName: this.interfaceName,
      interfaceNameSource: this.interfaceNameSource,
      deviceType: this.deviceType,
      littleEndian: this.littleEndian,
      ...changes,
    };
  }
}

/**
 * The kinds of a source's drops. A batch holds the kinds' numbers. A table only grows. When a table is `full`, the
 * source uses a new table from the next batch on. Consumers that keep values by a kind's number must compare
 * `batch.kinds` by identity and discard these values for another table; otherwise they use the values of the wrong
 * kinds.
 */
export class KindTable {
  readonly #kinds: DropKind[] = [];
  readonly #byKey = new Map<string, DropKind>();
  #characters = 0;

  /** Number of kinds. The kinds have the numbers from 0 to `size - 1`. */
  get size(): number {
    return this.#kinds.length;
  }

  /** Whether the source should start a new table. `intern` still works on a full table. */
  get full(): boolean {
    return this.#kinds.length >= MAX_KINDS || this.#characters >= MAX_CHARACTERS;
  }

  /**
   * The kind with exactly these facts; makes the kind when the table has none. Builds a key: do not call it for every
   * packet.
   */
  intern(facts: KindFacts): DropKind {
    const key = keyOf(facts);
    const known = this.#byKey.get(key);
    if (known) return known;
    const kind = new DropKind(this.#kinds.length, facts);
    this.#kinds.push(kind);
    this.#byKey.set(key, kind);
    this.#characters += key.length;
    return kind;
  }

  /** The kind with number `id`. @throws RangeError when the table has no such kind */
  get(id: number): DropKind {
    const kind = this.#kinds[id];
    if (!kind) throw new RangeError(`no kind ${id} among ${this.#kinds.length}`);
    return kind;
  }
}

function keyOf(facts: KindFacts): string {
  const { programCounter, cookie } = facts;
  return JSON.stringify([
    facts.origin,
    programCounter?.toString(),
    facts.reason,
    facts.symbolText,
    facts.trap,
    facts.trapGroup,
    cookie && Buffer.from(cookie.buffer, cookie.byteOffset, cookie.length).toString('latin1'),
    facts.ifindex,
    facts.interfaceName,
    facts.interfaceNameSource,
    facts.deviceType,
    facts.littleEndian,
  ]);
}
