import * as fc from 'fast-check';
import { DropBatch } from '../../src/drop/batch.js';
import { BatchMemory } from '../../src/drop/batchMemory.js';
import { type KindFacts, KindTable } from '../../src/drop/kind.js';
import { FRAMINGS } from '../../src/linktype/framing.js';
import { anyProtocol, kernelText } from './properties.js';

const ARENA_BYTES = 256;

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** The facts of a kind, as any source could give them. */
export const kindFacts: fc.Arbitrary<KindFacts> = fc
  .record({
    origin: fc.constantFrom('software' as const, 'hardware' as const),
    programCounter: maybe(fc.bigInt({ min: 1n, max: 0xffffffffffffffffn })),
    reason: maybe(kernelText),
    symbolText: maybe(kernelText),
    trap: maybe(kernelText),
    trapGroup: maybe(kernelText),
    cookie: maybe(fc.uint8Array({ minLength: 1, maxLength: 8 })),
    ifindex: maybe(fc.integer({ min: 1, max: 5 })),
    interfaceName: maybe(kernelText),
    fromAlert: fc.boolean(),
    deviceType: fc.constantFrom(-1, 1, 32, 768, 772, 803, 0xfffe),
    littleEndian: fc.boolean(),
  })
  .map(({ fromAlert, ...facts }) => {
    const source = fromAlert ? ('alert' as const) : ('devices' as const);
    return Object.assign(facts, {
      interfaceNameSource: facts.interfaceName === undefined ? undefined : source,
    });
  });

/** A row of a batch: kinds are picked from a list, and payloads lie anywhere in the arena. */
interface Row {
  readonly kind: number;
  readonly timestampNs: bigint;
  readonly protocol: number;
  readonly more: number;
  readonly offset: number;
  readonly length: number;
  readonly lost: number;
  readonly repeated: number;
  readonly framing: number;
}

const row: fc.Arbitrary<Row> = fc.record({
  kind: fc.nat(),
  timestampNs: fc.bigInt({ min: 0n, max: 0xffffffffffffffffn }),
  protocol: fc.oneof(fc.constant(-1), anyProtocol),
  more: fc.oneof(fc.nat(100), fc.constant(0xffffff00)),
  offset: fc.nat(ARENA_BYTES - 1),
  length: fc.nat(80),
  lost: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(1000) }),
  repeated: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(1000) }),
  framing: fc.nat(FRAMINGS.length - 1),
});

/** Batches of one table of kinds, as one source gives them; `released` gets each memory that comes back. */
export interface GeneratedBatches {
  readonly batches: DropBatch[];
  readonly released: BatchMemory[];
}

/** What makes batches: generated values must not change, and batches do. */
export const generatedBatches: fc.Arbitrary<() => GeneratedBatches> = fc
  .tuple(
    fc.uint8Array({ minLength: ARENA_BYTES, maxLength: ARENA_BYTES }),
    fc.array(kindFacts, { minLength: 1, maxLength: 6 }),
    fc.array(fc.array(row, { maxLength: 12 }), { maxLength: 5 }),
  )
  .map(([bytes, facts, lists]) => () => {
    const kinds = new KindTable();
    for (const each of facts) kinds.intern(each);
    const released: BatchMemory[] = [];
    const batches = lists.map((rows) => {
      const memory = new BatchMemory(bytes.slice(), Math.max(rows.length, 1));
      const batch = new DropBatch(memory, kinds, (given) => released.push(given));
      batch.length = rows.length;
      for (const [i, values] of rows.entries()) fill(batch, i, values);
      return batch;
    });
    return { batches, released };
  });

function fill(batch: DropBatch, i: number, values: Row): void {
  const length = Math.min(values.length, ARENA_BYTES - values.offset);
  batch.kind[i] = values.kind % batch.kinds.size;
  batch.timestampHigh[i] = Number(values.timestampNs >> 32n);
  batch.timestampLow[i] = Number(values.timestampNs & 0xffffffffn);
  batch.protocol[i] = values.protocol;
  batch.originalLength[i] = length + values.more;
  batch.payloadOffset[i] = values.offset;
  batch.payloadLength[i] = length;
  batch.lostBefore[i] = values.lost;
  batch.repeatedBefore[i] = values.repeated;
  batch.framing[i] = values.framing;
}
