import type { DropBatch } from '../drop/batch.js';
import type { DropKind, KindTable } from '../drop/kind.js';
import type { DropOrigin } from '../drop/origin.js';
import type { Stage } from './stage.js';

/** Returns whether drop `row` of a batch passes. */
export type DropPredicate = (batch: DropBatch, row: number) => boolean;

/**
 * Makes a stage that lets a drop pass only when `wanted` returns true.
 * @param name the stage's name in reports.
 */
export function selectDrops(name: string, wanted: DropPredicate): Stage {
  return new Selection(name, wanted);
}

/** Like `selectDrops`, for facts that drops of one kind share: `wanted` is called only once for each kind. */
export function selectKinds(name: string, wanted: (kind: DropKind) => boolean): Stage {
  let kinds: KindTable | undefined;
  let decisions: (boolean | undefined)[] = [];
  return new Selection(name, (batch, row) => {
    if (batch.kinds !== kinds) {
      kinds = batch.kinds;
      decisions = [];
    }
    const id = batch.kind[row]!;
    return (decisions[id] ??= wanted(batch.kinds.get(id)));
  });
}

/** Makes a stage that lets only drops of one origin pass. */
export function selectOrigin(origin: DropOrigin): Stage {
  return selectKinds('origin', (kind) => kind.origin === origin);
}

class Selection implements Stage {
  readonly name: string;
  removed = 0;
  pendingLosses = 0;
  readonly #wanted: DropPredicate;

  constructor(name: string, wanted: DropPredicate) {
    this.name = name;
    this.#wanted = wanted;
  }

  process(batch: DropBatch): DropBatch | undefined {
    const before = batch.length;
    this.pendingLosses = batch.keep((row) => this.#wanted(batch, row), this.pendingLosses);
    this.removed += before - batch.length;
    if (batch.length > 0) return batch;
    batch.release();
    return undefined;
  }
}
