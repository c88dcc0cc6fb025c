import * as fc from 'fast-check';
import type { DropBatch } from '../../src/drop/batch.js';
import { batchIn } from './encoding.js';
import type { AlertFields } from './netlinkBytes.js';
import { ethernet, ipv4, ipv6 } from './packetBytes.js';

const seed = process.env['FC_SEED'];
// A failing property prints its seed. FC_SEED=SEED runs the same cases again.
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) });

/** Number of GUARD bytes before and after the bytes that a decoder may read. A result with GUARD bytes is a mistake. */
const GUARD_BYTES = 64;
export const GUARD = 0xa5;

/** Any bytes. Many of them look like lengths and types. */
export function anyBytes(maxLength: number): fc.Arbitrary<Uint8Array> {
  const small = fc.oneof(fc.integer({ min: 0, max: 24 }), fc.nat(255));
  return fc.oneof(
    fc.uint8Array({ maxLength }),
    fc.array(small, { maxLength }).map((values) => Uint8Array.from(values)),
  );
}

/** One change of some bytes: a flipped bit, a cut, another length or type, a repeated part. */
export type Change = (bytes: Uint8Array) => Uint8Array;

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ at: fc.nat(), bit: fc.nat(7) }).map(
    ({ at, bit }): Change =>
      (bytes) =>
        edited(bytes, (copy) => (copy[at % copy.length]! ^= 1 << bit)),
  ),
  fc.nat().map(
    (length): Change =>
      (bytes) =>
        bytes.slice(0, length % (bytes.length + 1)),
  ),
  fc.record({ at: fc.nat(), value: fc.oneof(fc.nat(32), fc.nat(0xffff)), big: fc.boolean() }).map(
    ({ at, value, big }): Change =>
      (bytes) =>
        edited(bytes, (copy) => {
          const place = (at % copy.length) & ~1;
          copy[place] = big ? value >> 8 : value & 0xff;
          if (place + 1 < copy.length) copy[place + 1] = big ? value & 0xff : value >> 8;
        }),
  ),
  fc.record({ at: fc.nat(), value: fc.constantFrom(0, 0xff, 0x7f, 0x80) }).map(
    ({ at, value }): Change =>
      (bytes) =>
        edited(bytes, (copy) => copy.fill(value, (at % copy.length) & ~3, ((at % copy.length) & ~3) + 4)),
  ),
  fc.record({ from: fc.nat(), to: fc.nat() }).map(
    ({ from, to }): Change =>
      (bytes) =>
        Buffer.concat([bytes.slice(0, from % (bytes.length + 1)), bytes.slice(to % (bytes.length + 1))]),
  ),
);

/** One to four changes, one after another. */
export const changes: fc.Arbitrary<Change> = fc.array(change, { minLength: 1, maxLength: 4 }).map(
  (all): Change =>
    (bytes) =>
      all.reduce((changed, one) => one(changed), bytes),
);

function edited(bytes: Uint8Array, edit: (copy: Uint8Array) => unknown): Uint8Array {
  const copy = Uint8Array.from(bytes);
  if (copy.length > 0) edit(copy);
  return copy;
}

/** Bytes with GUARD bytes around them, and their start and end. */
export function guarded(bytes: Uint8Array): { arena: Uint8Array; start: number; end: number } {
  const arena = new Uint8Array(bytes.length + 2 * GUARD_BYTES).fill(GUARD);
  arena.set(bytes, GUARD_BYTES);
  return { arena, start: GUARD_BYTES, end: GUARD_BYTES + bytes.length };
}

/** A text that the kernel could send: one character for each byte, without NUL. */
export const kernelText: fc.Arbitrary<string> = fc
  .array(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 60 })
  .map((codes) => String.fromCharCode(...codes));

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

export const anyProtocol: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, 1, 3, 4, 0xc, 0xd, 0xe, 0xf6, 0xf8, 0x800, 0x806, 0x8100, 0x86dd, 0x8847),
  fc.nat(0xffff),
);

/** Alerts as the kernel sends them. */
export const alertFields: fc.Arbitrary<AlertFields> = fc.record({
  hardware: fc.boolean(),
  pc: maybe(fc.bigInt({ min: 1n, max: 0xffffffffffffffffn })),
  reason: maybe(kernelText),
  symbol: maybe(kernelText),
  trapGroup: maybe(kernelText),
  trap: maybe(kernelText),
  ifindex: maybe(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 0x7fffffff }))),
  portName: maybe(kernelText),
  cookie: maybe(fc.uint8Array({ minLength: 1, maxLength: 16 })),
  timestampNs: fc.bigInt({ min: 0n, max: 0xffffffffffffffffn }),
  originalLength: fc.oneof(
    fc.nat(2000),
    fc.nat(0xffffffff),
    fc.integer({ min: 0xfffffff0, max: 0xffffffff }),
  ),
  protocol: maybe(anyProtocol),
  payload: maybe(anyBytes(120)),
});

/** A netlink message of 20 bytes, type 16. */
const netlinkMessage = Uint8Array.from([20, 0, 0, 0, 16, 0, ...new Uint8Array(14)]);
const realPacket = fc.constantFrom(
  ipv4(),
  ipv6(),
  ethernet(0x800, ipv4()),
  ethernet(0x86dd, ipv6()),
  netlinkMessage,
);
/** Any bytes, or a packet with a few changes. */
export const payloads: fc.Arbitrary<Uint8Array> = fc.oneof(
  anyBytes(120),
  realPacket,
  fc.tuple(realPacket, changes).map(([bytes, alter]) => alter(bytes)),
);

/** Alerts whose payload is often a packet. */
export const alertsWithPackets: fc.Arbitrary<AlertFields> = fc.tuple(alertFields, payloads).map(withPayload);

function withPayload([fields, payload]: [AlertFields, Uint8Array]): AlertFields {
  return { ...fields, payload };
}

/** A batch whose arena holds `bytes` between GUARD bytes, and a view of the arena. */
export function batchOver(
  bytes: Uint8Array,
  capacity = 64,
): { batch: DropBatch; view: DataView; start: number; end: number } {
  const { arena, start, end } = guarded(bytes);
  const batch = batchIn(arena, capacity);
  return { batch, view: new DataView(arena.buffer), start, end };
}
