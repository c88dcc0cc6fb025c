import type { DropOrigin } from './origin.js';
import { splitSymbol } from './symbol.js';

/** Kinds before a table is full: as many alerts as the decoders remember, each with and without its device. */
const MAX_KINDS = 8192;
/** Characters of all facts before a table is full: texts of a hostile recording are up to 64 KiB long. */
const MAX_CHARACTERS = 4 << 20;

/** What drops have in common that were dropped at one place, for one reason, on one device. */
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
  /** Flow action cookie of a hardware drop. Not to be changed. */
  readonly cookie?: Uint8Array | undefined;
  /** Index of the input device, in the network namespace of the drop, which the kernel does not report. */
  readonly ifindex?: number | undefined;
  readonly interfaceName?: string | undefined;
  /** Who gave the name: the alert, or the devices of the first network namespace, where the index may be another's. */
  readonly interfaceNameSource?: 'alert' | 'devices' | undefined;
  /** ARPHRD_* of the input device, or DEVICE_TYPE_UNKNOWN. */
  readonly deviceType: number;
  /** Byte order of the kernel's host: for payloads with fields in host order (CAN, netlink). */
  readonly littleEndian: boolean;
}

/** Facts that many drops share, made once for all of them. Immutable. */
export class DropKind implements KindFacts {
  /** Index into arrays that a consumer keeps about the kinds of one table. From 0. */
  readonly id: number;
  readonly origin: DropOrigin;
  readonly programCounter: bigint | undefined;
  readonly reason: string | undefined;
  readonly symbolText: string | undefined;
  /** `function+0xOFFSET/0xSIZE` of `symbolText`. */
  readonly symbol: string | undefined;
  /** Module of the function; undefined for the kernel's own code, and where the kernel cut its name off. */
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

  /** The facts of this kind, some of them changed: for `KindTable.intern`. */
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
 * The kinds of drops that a source met. A batch holds their numbers. The table only grows: the source replaces a `full` one
 * by a new one between two batches, so consumers that keep something by a kind's number must compare `batch.kinds` by
 * identity and start anew with another table.
 */
export class KindTable {
  readonly #kinds: DropKind[] = [];
  readonly #byKey = new Map<string, DropKind>();
  #characters = 0;

  /** How many kinds there are; their numbers are below. */
  get size(): number {
    return this.#kinds.length;
  }

  /** Whether it is time for a new table. `intern` still works. */
  get full(): boolean {
    return this.#kinds.length >= MAX_KINDS || this.#characters >= MAX_CHARACTERS;
  }

  /** The kind with just these facts, made when it is not there yet. Builds a key: not for every packet. */
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

  /** The kind with that number. @throws RangeError when there is none */
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
