import { COLUMNS } from './layout.js';

const COLUMN_BYTES = 4;

/** Memory of a batch: an arena and columns. Allocated once; used for one DropBatch after another. */
export class BatchMemory {
  /** The bytes of all payloads. */
  readonly arena: Uint8Array;
  /** Most drops that the columns can hold. */
  readonly capacity: number;
  /** The memory of all columns, for the native addon. The layout is in layout.ts. */
  readonly words: Uint32Array;
  readonly kind: Uint32Array;
  readonly timestampLow: Uint32Array;
  readonly timestampHigh: Uint32Array;
  readonly protocol: Int32Array;
  readonly originalLength: Uint32Array;
  readonly payloadOffset: Uint32Array;
  readonly payloadLength: Uint32Array;
  readonly lostBefore: Uint32Array;
  readonly repeatedBefore: Uint32Array;
  readonly framing: Uint32Array;
  /** Room for a number for each row. */
  readonly rows: Uint32Array;

  constructor(arena: Uint8Array, capacity: number) {
    this.arena = arena;
    this.capacity = capacity;
    this.words = new Uint32Array(capacity * COLUMNS.length);
    const at = (name: (typeof COLUMNS)[number][0]) =>
      COLUMNS.findIndex(([column]) => column === name) * capacity * COLUMN_BYTES;
    const { buffer } = this.words;
    this.kind = new Uint32Array(buffer, at('kind'), capacity);
    this.timestampLow = new Uint32Array(buffer, at('timestampLow'), capacity);
    this.timestampHigh = new Uint32Array(buffer, at('timestampHigh'), capacity);
    this.protocol = new Int32Array(buffer, at('protocol'), capacity);
    this.originalLength = new Uint32Array(buffer, at('originalLength'), capacity);
    this.payloadOffset = new Uint32Array(buffer, at('payloadOffset'), capacity);
    this.payloadLength = new Uint32Array(buffer, at('payloadLength'), capacity);
    this.lostBefore = new Uint32Array(buffer, at('lostBefore'), capacity);
    this.repeatedBefore = new Uint32Array(buffer, at('repeatedBefore'), capacity);
    this.framing = new Uint32Array(buffer, at('framing'), capacity);
    this.rows = new Uint32Array(capacity);
  }
}
