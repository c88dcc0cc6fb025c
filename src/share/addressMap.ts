import { createHmac } from 'node:crypto';
import { be32, latin1 } from '../bytes.js';
import { CryptoPan } from './cryptoPan.js';
import { clearFirstBits, keptBits, type Prefix, sharedBits } from './prefixes.js';

/** Addresses of each family that are remembered. A full memo is emptied. */
const MAX_REMEMBERED = 65_536;

export const MAC_BYTES = 6;
export const IPV4_BYTES = 4;
export const IPV6_BYTES = 16;

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const prefix = (length: number, address: string, constant = false): Prefix => {
  return { length, address: hex(address), constant };
};

/** This network and loopback name no host. 169.254/16 is link-local, and 224/4 multicast. */
const IPV4_PREFIXES: readonly Prefix[] = [
  prefix(8, '00000000', true),
  prefix(8, '7f000000', true),
  prefix(16, 'a9fe0000'),
  prefix(4, 'e0000000'),
  prefix(32, 'ffffffff', true),
];
/** Multicast of the local network and of protocols (IANA): 224.0.0.0/24 and 224.0.1.0/24. */
const IPV4_GROUPS: readonly Prefix[] = [prefix(23, 'e0000000', true)];
/** Bits of an IPv4 group that its MAC address does not have. */
const IPV4_GROUP_KEPT = 9;

/** The IPv4 address is in the last 4 bytes of these (RFC 4291 2.5.5, RFC 6052 2.1). */
const WITH_IPV4: readonly Prefix[] = [
  prefix(96, '00000000000000000000000000000000'),
  prefix(96, '00000000000000000000ffff00000000'),
  prefix(96, '0064ff9b000000000000000000000000'),
];
const IPV6_PREFIXES: readonly Prefix[] = [
  ...WITH_IPV4,
  prefix(64, 'fe800000000000000000000000000000'),
  // Local addresses (RFC 4193).
  prefix(8, 'fd000000000000000000000000000000'),
  prefix(8, 'ff000000000000000000000000000000'),
];
/** IPv6 groups below this number are those of protocols (IANA). */
const FIRST_OTHER_GROUP = 0x20000;
/** The first byte of the last 4 bytes of a solicited-node group (RFC 4291 2.7.1). */
const SOLICITED_NODE = 0xff;

/** Multicast and broadcast of protocols: spanning tree and LLDP; CDP, VTP and PVST. */
const MAC_CONSTANTS: readonly Prefix[] = [
  prefix(48, '000000000000', true),
  prefix(48, 'ffffffffffff', true),
  prefix(40, '0180c2000000', true),
  prefix(47, '01000ccccccc', true),
];
/** In the first byte of a MAC address. */
const GROUP_BIT = 1;
const LOCAL_BIT = 2;
const VENDOR_BITS = 24;

/** Options of AddressMap. */
export interface AddressMapOptions {
  /** Whether the first 3 bytes of MAC addresses stay: they name the vendor. Addresses without a vendor change anyway. */
  readonly keepVendor?: boolean | undefined;
}

/**
 * Replaces addresses, in place: each address always by the same one, and one prefix by one prefix (Crypto-PAn). An address
 * stays of its kind: multicast, broadcast, loopback, link-local, unspecified. docs/share.md has the rules.
 */
export class AddressMap {
  readonly #ip: CryptoPan;
  readonly #mac: CryptoPan;
  readonly #keepVendor: boolean;
  readonly #masks = [
    new Map<string, Uint8Array>(),
    new Map<string, Uint8Array>(),
    new Map<string, Uint8Array>(),
  ];

  /** @throws UsageError when the key does not have KEY_BYTES bytes */
  constructor(key: Uint8Array, { keepVendor = false }: AddressMapOptions = {}) {
    this.#ip = new CryptoPan(key);
    // Another key: otherwise the start of an IP address would reveal how that of a MAC address changes.
    this.#mac = new CryptoPan(createHmac('sha256', key).update('MAC addresses').digest());
    this.#keepVendor = keepVendor;
  }

  /** Replaces the 4 bytes at `at`. The caller checked that they exist. */
  ipv4(bytes: Uint8Array, at: number): void {
    this.#apply(0, bytes, at, IPV4_BYTES, (address) => this.#ipv4Mask(address));
  }

  /** Replaces the 16 bytes at `at`. The caller checked that they exist. */
  ipv6(bytes: Uint8Array, at: number): void {
    this.#apply(1, bytes, at, IPV6_BYTES, (address) => this.#ipv6Mask(address));
  }

  /** Replaces the 6 bytes at `at`. The caller checked that they exist. */
  mac(bytes: Uint8Array, at: number): void {
    this.#apply(2, bytes, at, MAC_BYTES, (address) => this.#macMask(address));
  }

  #apply(
    family: 0 | 1 | 2,
    bytes: Uint8Array,
    at: number,
    length: number,
    build: (address: Uint8Array) => Uint8Array,
  ): void {
    const memo = this.#masks[family]!;
    const key = latin1(bytes, at, length);
    let mask = memo.get(key);
    if (!mask) {
      if (memo.size >= MAX_REMEMBERED) memo.clear();
      mask = build(bytes.slice(at, at + length));
      memo.set(key, mask);
    }
    for (let i = 0; i < length; i++) bytes[at + i]! ^= mask[i]!;
  }

  #ipv4Mask(address: Uint8Array): Uint8Array {
    if (address[0]! >> 4 === 0xe) return this.#ipv4GroupMask(address);
    return masked(this.#ip.maskOf(address), keptBits(address, IPV4_PREFIXES));
  }

  /** The mask depends only on the bits that the group's MAC address has: so both fit each other. */
  #ipv4GroupMask(group: Uint8Array): Uint8Array {
    const low = Uint8Array.of(0xe0, group[1]! & 0x7f, group[2]!, group[3]!);
    return masked(this.#ip.maskOf(low), Math.max(keptBits(low, IPV4_GROUPS), IPV4_GROUP_KEPT));
  }

  #ipv6Mask(address: Uint8Array): Uint8Array {
    if (address[0] === 0xff) return this.#ipv6GroupMask(address);
    if (WITH_IPV4.some(({ address: start, length }) => sharedBits(address, start) >= length)) {
      const mask = new Uint8Array(IPV6_BYTES);
      mask.set(this.#ipv4Mask(address.slice(12)), 12);
      return mask;
    }
    return masked(this.#ip.maskOf(address), keptBits(address, IPV6_PREFIXES));
  }

  /** Flags and scope stay. The last 4 bytes change as those of the group's MAC address do. */
  #ipv6GroupMask(group: Uint8Array): Uint8Array {
    const flags = group[1]! >> 4;
    // Groups that IANA assigned are ff0X::N or ff0X::1:N; others can have a network's prefix (RFC 3306).
    const assigned = flags === 0 && group[11]! <= 1 && group.subarray(2, 11).every((byte) => byte === 0);
    const mask = assigned ? new Uint8Array(IPV6_BYTES) : masked(this.#ip.maskOf(group), 16);
    mask.set(this.#lowGroupMask(group.subarray(12)), 12);
    return mask;
  }

  #lowGroupMask(low: Uint8Array): Uint8Array {
    if (be32(low, 0) < FIRST_OTHER_GROUP) return new Uint8Array(4);
    const group = new Uint8Array(IPV6_BYTES);
    group[0] = 0xff;
    group.set(low, 12);
    const mask = this.#ip.maskOf(group).slice(12);
    return masked(mask, low[0] === SOLICITED_NODE ? 8 : 0);
  }

  #macMask(address: Uint8Array): Uint8Array {
    const first = address[0]!;
    if (keptBits(address, MAC_CONSTANTS) === 8 * MAC_BYTES) return new Uint8Array(MAC_BYTES);
    if (first === 0x33 && address[1] === 0x33) return after(2, this.#lowGroupMask(address.subarray(2)));
    if (first === 1 && address[1] === 0 && address[2] === 0x5e && address[3]! < 0x80) {
      return after(2, this.#ipv4GroupMask(Uint8Array.of(0xe0, ...address.subarray(3))));
    }
    const mask = this.#mac.maskOf(address);
    mask[0]! &= ~(GROUP_BIT | LOCAL_BIT);
    // An address with the local bit has no vendor, and may have an IP address in its bytes, as Docker's.
    return this.#keepVendor && (first & LOCAL_BIT) === 0 ? masked(mask, VENDOR_BITS) : mask;
  }
}

function masked(mask: Uint8Array, kept: number): Uint8Array {
  clearFirstBits(mask, kept);
  return mask;
}

/** The mask of a MAC address whose first `start` bytes do not change. */
function after(start: number, end: Uint8Array): Uint8Array {
  const mask = new Uint8Array(MAC_BYTES);
  mask.set(end, start);
  return mask;
}
