import { hex } from '../bytes.js';
import type { DropOrigin } from './origin.js';
import { splitSymbol } from './symbol.js';

/** Kinds before a table is full: the number of alerts that the decoders keep, each with and without its device. */
const MAX_KINDS = 8192;
/** Characters of all facts before a table is full. A hostile recording has texts of up to 64 KiB. */
const MAX_CHARACTERS = 4 << 20;

/**
 * Source of a device's name: the alert, or the devices of the first network namespace. With `devices`, the index may
 * belong to another device in the drop's namespace; with `address`, the frame is for the device's own hardware address.
 */
export type InterfaceNameSource = 'alert' | 'devices' | 'address';

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
  readonly interfaceNameSource?: InterfaceNameSource | undefined;
  /**
   * The index does not belong to the first network namespace's device: an address of the frame belongs to another
   * device there. The name is then not known.
   */
  readonly otherNamespace?: true | undefined;
  /** ARPHRD_* of the input device, or DEVICE_TYPE_UNKNOWN. */
  readonly deviceType: number;
  /** Byte order of the kernel's host. Needed for payloads with fields in host order (CAN, netlink). */
  readonly littleEndian: boolean;
}

/** The names of all facts: the compiler asks for one that is missing. */
const FACTS = Object.keys({
  origin: true,
  programCounter: true,
  reason: true,
  symbolText: true,
  trap: true,
  trapGroup: true,
  cookie: true,
  ifindex: true,
  interfaceName: true,
  interfaceNameSource: true,
  otherNamespace: true,
  deviceType: true,
  littleEndian: true,
} satisfies Record<keyof KindFacts, true>) as (keyof KindFacts)[];

/** Facts that many drops share, made once for all of them. Frozen. */
export interface DropKind extends KindFacts {
  /** Number of the kind in its table, from 0. Consumers use it as an index into arrays of their own. */
  readonly id: number;
  /** `function+0xOFFSET/0xSIZE` of `symbolText`. */
  readonly symbol: string | undefined;
  /** Module of the function. Undefined for the kernel's own code, and when the kernel cut off the module's name. */
  readonly module: string | undefined;
}

/** Whether the device's name is not from the alert. */
export function isNameFromDevices({ interfaceNameSource }: KindFacts): boolean {
  return interfaceNameSource === 'devices' || interfaceNameSource === 'address';
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
    const kind = makeKind(this.#kinds.length, facts);
    this.#kinds.push(kind);
    this.#byKey.set(key, kind);
    this.#characters += key.length;
    return kind;
  }

  /** The kind with exactly these facts, if the table has it. Builds a key, as `intern` does. */
  find(facts: KindFacts): DropKind | undefined {
    return this.#byKey.get(keyOf(facts));
  }

  /** The kind with number `id`. @throws RangeError when the table has no such kind */
  get(id: number): DropKind {
    const kind = this.#kinds[id];
    if (!kind) throw new RangeError(`no kind ${id} among ${this.#kinds.length}`);
    return kind;
  }
}

function makeKind(id: number, facts: KindFacts): DropKind {
  const { symbolText, cookie } = facts;
  const { symbol, module } = symbolText === undefined ? NO_SYMBOL : splitSymbol(symbolText);
  // Copies the facts alone: a caller may pass a kind with some facts changed.
  const copies = Object.fromEntries(FACTS.map((name) => [name, facts[name]])) as unknown as KindFacts;
  return Object.freeze({ ...copies, cookie: cookie?.slice(), id, symbol, module });
}

const NO_SYMBOL = { symbol: undefined, module: undefined };

function keyOf(facts: KindFacts): string {
  return JSON.stringify(
    FACTS.map((name) => facts[name]),
    (_, value: unknown) => {
      if (typeof value === 'bigint') return value.toString();
      return value instanceof Uint8Array ? hex(value, 0, value.length) : value;
    },
  );
}
