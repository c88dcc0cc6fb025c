/** How a header's options are written, and which of them stay. */
export interface OptionRules {
  /** The lengths of each type of option that stays. With another length, it does not stay. */
  readonly kept: ReadonlyMap<number, readonly number[]>;
  /** Type of the option of one byte that does nothing. */
  readonly filler: number;
  /** Type of the option of one byte that ends the options; undefined when there is none. */
  readonly last: number | undefined;
  /** Whether the length of an option includes its type and its length: 2, or 0. */
  readonly lengthAdds: number;
  /** Replaces the option in place. The option has `length` bytes at `at`. */
  remove(bytes: Uint8Array, at: number, length: number): void;
}

const END = 0;
const NOP = 1;
const fillWithNop = (bytes: Uint8Array, at: number, length: number) => void bytes.fill(NOP, at, at + length);

/** Only the router alert (RFC 2113) has no address. */
export const IPV4_OPTIONS: OptionRules = {
  kept: new Map([[148, [4]]]),
  filler: NOP,
  last: END,
  lengthAdds: 0,
  remove: fillWithNop,
};

/** Segment size, window scale, SACK permitted, SACK, time stamps. Multipath TCP has addresses, and Fast Open a cookie. */
export const TCP_OPTIONS: OptionRules = {
  kept: new Map([
    [2, [4]],
    [3, [3]],
    [4, [2]],
    // One to four blocks.
    [5, [10, 18, 26, 34]],
    [8, [10]],
  ]),
  filler: NOP,
  last: END,
  lengthAdds: 0,
  remove: fillWithNop,
};

const PADN = 1;
/** Router alert (RFC 2711) and jumbo payload (RFC 2675). Mobile IPv6's home address is an address. */
export const IPV6_OPTIONS: OptionRules = {
  kept: new Map([
    [5, [4]],
    [0xc2, [6]],
  ]),
  filler: 0,
  last: undefined,
  lengthAdds: 2,
  remove: (bytes, at, length) => {
    bytes[at] = PADN;
    bytes.fill(0, at + 2, at + length);
  },
};

/** Replaces the options from `at` to before `end` that do not stay. What follows a damaged option does not stay either. */
export function rewriteOptions(rules: OptionRules, bytes: Uint8Array, start: number, end: number): void {
  const { kept, filler, last, lengthAdds } = rules;
  for (let at = start; at < end;) {
    const type = bytes[at]!;
    if (type === last) {
      bytes.fill(0, at, end);
      return;
    }
    if (type === filler) {
      at++;
      continue;
    }
    const length = (bytes[at + 1] ?? 0) + lengthAdds;
    if (at + 2 > end || length < 2 || at + length > end) {
      bytes.fill(filler, at, end);
      return;
    }
    if (!kept.get(type)?.includes(length)) rules.remove(bytes, at, length);
    at += length;
  }
}
