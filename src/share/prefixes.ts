/** An address range that addresses outside must not enter. */
export interface Prefix {
  readonly address: Uint8Array;
  /** Length in bits. */
  readonly length: number;
  /** Whether its addresses do not change at all. Otherwise their first `length` bits do not change. */
  readonly constant: boolean;
}

/** Number of first bits that two addresses share. */
export function sharedBits(one: Uint8Array, other: Uint8Array): number {
  for (let i = 0; i < one.length; i++) {
    const difference = one[i]! ^ other[i]!;
    if (difference !== 0) return 8 * i + Math.clz32(difference) - 24;
  }
  return 8 * one.length;
}

/**
 * Number of the address's first bits that must not change, so that addresses in a prefix stay in the prefix, and all others
 * stay outside. An address that shares n bits with a prefix must also keep the next bit: a change would lead into the
 * prefix. All addresses with these bits keep them, so the replacement still preserves prefixes.
 */
export function keptBits(address: Uint8Array, prefixes: readonly Prefix[]): number {
  let kept = 0;
  for (const prefix of prefixes) {
    const shared = sharedBits(address, prefix.address);
    if (shared >= prefix.length && prefix.constant) return 8 * address.length;
    kept = Math.max(kept, Math.min(shared + 1, prefix.length));
  }
  return kept;
}

/** Sets the first `bits` bits of a mask to 0. */
export function clearFirstBits(mask: Uint8Array, bits: number): void {
  const whole = bits >> 3;
  mask.fill(0, 0, whole);
  if (whole < mask.length) mask[whole]! &= 0xff >> (bits & 7);
}
