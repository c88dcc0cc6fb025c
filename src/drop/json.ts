import { hex } from '../bytes.js';
import { classOf } from '../class/classOf.js';
import type { DiscardClassName, DiscardIntent } from '../class/discardClass.js';
import { isoTime } from '../isoTime.js';
import type { DropOrigin } from './origin.js';
import type { DropFields } from './record.js';

/** A drop as `dropcap --json` prints it. docs/drop.schema.json describes the members. Unknown facts have no member. */
export interface DropJson extends KindJson {
  /** UTC, ISO 8601 with nanoseconds: `2026-01-01T00:00:00.000000000Z`. */
  readonly time: string;
  /** Drops lost before this drop. Left out when no drop was lost. */
  readonly lostBefore?: number;
  /** Equal drops that `--dedupe` left out before this drop. Left out when there is none. */
  readonly repeatedBefore?: number;
  readonly capturedLength: number;
  readonly originalLength: number;
  /** Lower-case hex digits. */
  readonly packet: string;
}

/** The members that drops of one kind, protocol and framing share. */
export interface KindJson {
  readonly origin: DropOrigin;
  readonly reason?: string;
  readonly symbol?: string;
  readonly module?: string;
  /** `0x` and hex digits. */
  readonly pc?: string;
  readonly trap?: string;
  readonly trapGroup?: string;
  readonly interface?: string;
  readonly interfaceNameSource?: 'alert' | 'devices';
  readonly otherNamespace?: true;
  readonly ifindex?: number;
  readonly protocol?: number;
  /** Lower-case hex digits. */
  readonly cookie?: string;
  /** Class of the drop, and whether somebody wanted such a drop. Left out when the class is not known. */
  readonly class?: DiscardClassName;
  readonly intent?: DiscardIntent;
  readonly linkType: number;
}

/** Certain names are not told apart: a file that another tool wrote again lacks the hardware address that shows it. */
function nameSource({ interfaceNameSource }: DropFields): 'alert' | 'devices' | undefined {
  return interfaceNameSource === 'address' ? 'devices' : interfaceNameSource;
}

/** The shared members, in the order of the output. */
export function toKindJson(drop: DropFields): KindJson {
  const { programCounter, cookie } = drop;
  const discard = classOf(drop);
  return known({
    origin: drop.origin,
    reason: drop.reason,
    symbol: drop.symbol,
    module: drop.module,
    pc: programCounter === undefined ? undefined : `0x${programCounter.toString(16)}`,
    trap: drop.trap,
    trapGroup: drop.trapGroup,
    interface: drop.interfaceName,
    interfaceNameSource: nameSource(drop),
    otherNamespace: drop.otherNamespace,
    ifindex: drop.ifindex,
    protocol: drop.protocol,
    cookie: cookie && hex(cookie, 0, cookie.length),
    class: discard?.name,
    intent: discard?.intent,
    linkType: drop.linkType,
  });
}

/** All members, in the order of the output. */
export function toDropJson(drop: DropFields): DropJson {
  const { lostBefore, repeatedBefore, originalLength, payload } = drop;
  return {
    time: isoTime(drop.timestampNs),
    ...toKindJson(drop),
    ...(lostBefore === 0 ? {} : { lostBefore }),
    ...(repeatedBefore === 0 ? {} : { repeatedBefore }),
    capturedLength: payload.length,
    originalLength,
    packet: hex(payload, 0, payload.length),
  };
}

/** The type of T without the members that are undefined. */
type Known<T> = { [Name in keyof T as undefined extends T[Name] ? never : Name]: T[Name] } & {
  [Name in keyof T as undefined extends T[Name] ? Name : never]?: Exclude<T[Name], undefined>;
};

function known<T extends object>(members: T): Known<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Known<T>;
}
