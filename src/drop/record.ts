import { type DropJson, toDropJson } from './json.js';
import type { DropKind } from './kind.js';

/** The facts of one dropped packet: those of its kind, and its own. Unknown facts are undefined. */
export interface DropFields extends Omit<DropKind, 'id' | 'symbolText' | 'deviceType' | 'littleEndian'> {
  /** Time of the drop, nanoseconds since 1970 UTC. */
  readonly timestampNs: bigint;
  /** ETH_P_*, host order. */
  readonly protocol: number | undefined;
  /** Drops known to be lost between the capture's previous drop and this drop. */
  readonly lostBefore: number;
  /** Equal drops that were left out before this drop: `--dedupe` and `removeRepeats` count them. */
  readonly repeatedBefore: number;
  /** LINKTYPE_* of the payload. */
  readonly linkType: number;
  /** Length in bytes before truncation. */
  readonly originalLength: number;
  /** The packet's bytes, possibly truncated, in the form that its link type has in files. */
  readonly payload: Uint8Array;
}

/** A record has all fields as its own properties. */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- the constructor assigns all fields
export interface DropRecord extends DropFields {}

/**
 * One dropped packet as an object. The payload of a record that a batch made may be a view of the batch's arena, valid
 * until the batch is released. The payload of `copy()` belongs to the caller.
 */
export class DropRecord {
  constructor(fields: DropFields) {
    Object.assign(this, fields);
  }

  /** The same drop with some fields changed. */
  with(changes: Partial<DropFields>): DropRecord {
    return new DropRecord({ ...(this as DropFields), ...changes });
  }

  /** The same drop with its own copy of the payload, valid after the batch is released. */
  copy(): DropRecord {
    return this.with({ payload: this.payload.slice() });
  }

  /** The object that `dropcap --json` prints (docs/drop.schema.json). JSON.stringify calls this. */
  toJSON(): DropJson {
    return toDropJson(this);
  }
}
