import { type Cipher, createCipheriv } from 'node:crypto';
import { UsageError } from '../errors.js';

/** Bytes of a key: 16 for AES, and 16 for the padding. */
export const KEY_BYTES = 32;
const BLOCK_BYTES = 16;
const MAX_BITS = 8 * BLOCK_BYTES;

/**
 * Crypto-PAn: replaces addresses so that two addresses that share their first n bits, and no more, still do. Bit i of the
 * new address is bit i of the old one, XOR a bit that AES makes of the i bits before it. Source: Xu, Fan, Ammar, Moon,
 * "Prefix-Preserving IP Address Anonymization" (2002).
 */
export class CryptoPan {
  readonly #cipher: Cipher;
  /** What an AES block has after the first bits of an address. */
  readonly #pad: Uint8Array;
  readonly #blocks = Buffer.alloc(MAX_BITS * BLOCK_BYTES);

  /** @throws UsageError when the key does not have KEY_BYTES bytes */
  constructor(key: Uint8Array) {
    if (key.length !== KEY_BYTES) throw new UsageError(`a key has ${KEY_BYTES} bytes, not ${key.length}`);
    this.#cipher = createCipheriv('aes-128-ecb', key.subarray(0, BLOCK_BYTES), null).setAutoPadding(false);
    this.#pad = this.#cipher.update(key.subarray(BLOCK_BYTES));
  }

  /**
   * The mask for an address of up to 16 bytes: the new address is the old one XOR the mask. Takes microseconds: callers
   * should remember the result.
   */
  maskOf(address: Uint8Array): Uint8Array {
    const bits = 8 * address.length;
    const blocks = this.#blocks.subarray(0, bits * BLOCK_BYTES);
    for (let bit = 0; bit < bits; bit++) {
      const start = bit * BLOCK_BYTES;
      blocks.set(this.#pad, start);
      const whole = bit >> 3;
      for (let i = 0; i < whole; i++) blocks[start + i] = address[i]!;
      const kept = 0xff00 >> (bit & 7);
      blocks[start + whole] = (address[whole]! & kept) | (this.#pad[whole]! & ~kept & 0xff);
    }
    const encrypted = this.#cipher.update(blocks);
    const mask = new Uint8Array(address.length);
    for (let bit = 0; bit < bits; bit++) {
      mask[bit >> 3]! |= (encrypted[bit * BLOCK_BYTES]! & 0x80) >> (bit & 7);
    }
    return mask;
  }
}
