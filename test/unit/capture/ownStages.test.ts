import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  capture,
  checkBatch,
  compileFilter,
  type DropBatch,
  filterDrops,
  KindTally,
  openRecording,
  type Stage,
  UsageError,
} from '../../../src/index.js';
import { composeStages } from '../../../src/capture/pipeline.js';
import { generatedBatches } from '../../support/batches.js';
import { expectAccounted } from '../../support/stageRun.js';
import { recordingPath } from '../../support/tools.js';

/** A stage as a user writes it: an object with a function. */
function own(process: Stage['process'], more: Partial<Stage> = {}): Stage {
  return { name: 'own', removed: 0, pendingLosses: 0, process, ...more };
}

/** Exchanges two rows in all columns, as docs/library.md says. */
function exchange({ columnMemory, capacity }: DropBatch, a: number, b: number): void {
  for (let at = 0; at < columnMemory.length; at += capacity)
    [columnMemory[at + a], columnMemory[at + b]] = [columnMemory[at + b]!, columnMemory[at + a]!];
}

function reverse(batch: DropBatch): DropBatch {
  for (let row = 0; row < batch.length >> 1; row++) exchange(batch, row, batch.length - 1 - row);
  return batch;
}

function shorten(batch: DropBatch): DropBatch {
  for (let row = 0; row < batch.length; row++)
    batch.payloadLength[row] = Math.min(batch.payloadLength[row]!, 9);
  return batch;
}

function hide(batch: DropBatch): DropBatch {
  for (let row = 0; row < batch.length; row++) batch.payload(row).fill(0xee);
  return batch;
}

/** Every second drop, by a class with the counters of a stage. */
class Half implements Stage {
  readonly name = 'half';
  removed = 0;
  pendingLosses = 0;
  process(batch: DropBatch): DropBatch | undefined {
    const before = batch.length;
    this.pendingLosses = batch.keep((row) => row % 2 === 1, this.pendingLosses);
    this.removed += before - batch.length;
    if (batch.length > 0) return batch;
    batch.release();
    return undefined;
  }
}

describe('stages of a user', () => {
  const makers = [() => own(reverse), () => own(shorten), () => own(hide), () => new Half()];

  test('that remove, shorten, exchange and overwrite leave consistent batches, and all losses', () => {
    fc.assert(
      fc.property(
        generatedBatches,
        fc.array(fc.constantFrom(...makers), { maxLength: 5 }),
        (make, chosen) => {
          const stages = chosen.map((maker) => maker());
          expectAccounted(make(), stages, (batch) => expect(() => checkBatch(batch)).not.toThrow());
        },
      ),
    );
  });

  test('see the drops of an exchanged batch as whole drops', () => {
    fc.assert(
      fc.property(generatedBatches, (make) => {
        for (const batch of make().batches) {
          const before = [...batch].map((drop) => JSON.stringify(drop));
          const after = [...reverse(batch)].map((drop) => JSON.stringify(drop));
          expect(after).toEqual(before.toReversed());
        }
      }),
    );
  });

  test('work beside a filter, and two outlets get the same drops', async () => {
    const source = await openRecording(recordingPath('nlmon'));
    const [first, second] = [new KindTally(), new KindTally()];
    const stages = [filterDrops(compileFilter('reason = NO_SOCKET')), own(shorten), new Half()];
    const { captured, delivered, removed } = await capture(source, [first, second], { stages });
    expect({ captured, delivered, removed }).toEqual({
      captured: 98,
      delivered: 5,
      removed: { filter: 87, own: 0, half: 6 },
    });
    expect(first.counts()).toEqual(second.counts());
    expect(first.counts().every(({ kind }) => kind.reason === 'NO_SOCKET')).toBe(true);
  });
});

describe('a capture says which stage', () => {
  const pipelineOf = (stage: Stage) => composeStages([stage], () => undefined);
  /** Three batches of at least one drop. */
  const batches = () => {
    const many = generatedBatches.filter(
      (maker) => maker().batches.filter(({ length }) => length > 0).length > 2,
    );
    return fc.sample(many, { numRuns: 1, seed: 7 })[0]!().batches.filter(({ length }) => length > 0);
  };

  test('keeps its batches, for which the source would wait without end', () => {
    const pipeline = pipelineOf(own(() => undefined, { name: 'forgetful' }));
    const [first, second, third] = batches();
    expect(pipeline.push(first!)).toBeUndefined();
    expect(pipeline.push(second!)).toBeUndefined();
    expect(() => pipeline.push(third!)).toThrow(
      new UsageError(
        'the stage "forgetful" holds 3 batches, and 2 is the most (return or release each batch)',
      ),
    );
  });

  test('still holds a batch at the end', () => {
    const held: DropBatch[] = [];
    const flush = () => held.shift();
    const keep = (batch: DropBatch) => {
      held.push(batch);
      return undefined;
    };
    const [first, second] = batches();
    const one = pipelineOf(own(keep, { flush }));
    void one.push(first!);
    expect(one.finish()).toBeUndefined();
    for (const stage of [own(keep, { flush }), own(keep)]) {
      const pipeline = pipelineOf(stage);
      void pipeline.push(first!);
      void pipeline.push(second!);
      expect(() => pipeline.finish()).toThrow(/^the stage "own" still has batches at the end: [12]/);
    }
  });

  test.each<[string, (batch: DropBatch) => DropBatch, RegExp]>([
    [
      'returns a released batch',
      (batch) => {
        batch.release();
        return batch;
      },
      /^the stage "own" returned a batch after its release/,
    ],
    [
      'returns more drops than a batch holds',
      (batch) => Object.assign(batch, { length: batch.capacity + 1 }),
      /has the length/,
    ],
    ['returns half a drop', (batch) => Object.assign(batch, { length: 0.5 }), /has the length 0\.5$/],
  ])('%s', (_, process, message) => {
    const [batch] = batches();
    expect(() => pipelineOf(own(process)).push(batch!)).toThrow(UsageError);
    const [another] = batches();
    expect(() => pipelineOf(own(process)).push(another!)).toThrow(message);
  });

  test('returned a released batch when it flushes', () => {
    const [batch] = batches();
    batch!.release();
    const pipeline = pipelineOf(own((given) => given, { flush: () => batch }));
    expect(() => pipeline.finish()).toThrow(/returned a batch after its release/);
  });
});

describe('checkBatch', () => {
  test.each<[string, (batch: DropBatch) => unknown, RegExp]>([
    ['length', (batch) => (batch.length = -1), /length -1$/],
    ['kind', (batch) => (batch.kind[0] = batch.kinds.size), /^row 0 of a batch: its kind is/],
    ['framing', (batch) => (batch.framing[0] = 255), /^row 0 of a batch: its framing is 255 of/],
    ['place', (batch) => (batch.payloadOffset[0] = 4e9), /^row 0 of a batch: its payload ends at byte 4/],
    [
      'length of the payload',
      (batch) => (batch.originalLength[0] = batch.payloadLength[0]! - 1),
      /its packet had/,
    ],
  ])('refuses a wrong %s', (_, spoil, message) => {
    const maker = generatedBatches.filter((make) =>
      make().batches.some(({ payloadLength }) => payloadLength[0]! > 0),
    );
    const batch = fc.sample(maker, { numRuns: 1, seed: 7 })[0]!().batches.find(
      ({ payloadLength }) => payloadLength[0]! > 0,
    )!;
    expect(() => checkBatch(batch)).not.toThrow();
    spoil(batch);
    expect(() => checkBatch(batch)).toThrow(UsageError);
    expect(() => checkBatch(batch)).toThrow(message);
  });

  test('accepts what a recording gives', async () => {
    for await (const batch of await openRecording(recordingPath('dwdump'))) {
      expect(batch.length).toBeGreaterThan(0);
      checkBatch(batch);
      batch.release();
    }
  });
});
