import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { composeStages } from '../../../src/capture/pipeline.js';
import type { DropBatch } from '../../../src/drop/batch.js';
import { UsageError } from '../../../src/errors.js';
import { removeRepeats } from '../../../src/stage/dedupe.js';
import { hideNoise } from '../../../src/stage/hide.js';
import { limitCount } from '../../../src/stage/limit.js';
import { limitRate } from '../../../src/stage/rateLimit.js';
import { sampleDrops } from '../../../src/stage/sample.js';
import { selectDrops, selectKinds, selectOrigin } from '../../../src/stage/select.js';
import type { Stage } from '../../../src/stage/stage.js';
import { truncatePayloads } from '../../../src/stage/truncate.js';
import { generatedBatches } from '../../support/batches.js';
import { expectAccounted, lossesOf, sum } from '../../support/stageRun.js';

/** A stage that returns each batch when the next batch comes, and the last batch at the end. */
function delay(): Stage {
  let held: DropBatch | undefined;
  return {
    name: 'delay',
    removed: 0,
    pendingLosses: 0,
    process(batch) {
      const given = held;
      held = batch;
      return given;
    },
    flush() {
      const given = held;
      held = undefined;
      return given;
    },
  };
}

const stageMakers: fc.Arbitrary<() => Stage> = fc.oneof(
  fc.constant(delay),
  fc.constantFrom('software' as const, 'hardware' as const).map((origin) => () => selectOrigin(origin)),
  fc.nat(4).map((ifindex) => () => selectKinds('device', (kind) => kind.ifindex !== ifindex)),
  fc
    .nat(3)
    .map((bit) => () => selectDrops('time', (batch, row) => ((batch.timestampLow[row]! >> bit) & 1) === 0)),
  fc.constant(() => hideNoise()),
  fc.nat(20).map((count) => () => limitCount(count)),
  fc.integer({ min: 1, max: 2 }).map((most) => () => removeRepeats(most)),
  fc.integer({ min: 1, max: 4 }).map((every) => () => sampleDrops(every)),
  fc.integer({ min: 1, max: 4 }).map((perSecond) => () => limitRate(perSecond)),
  fc.integer({ min: 1, max: 60 }).map((bytes) => () => truncatePayloads(bytes)),
);

describe('stages', () => {
  test('keep the sum of losses, count what they remove, and release what they do not return', () => {
    fc.assert(
      fc.property(generatedBatches, fc.array(stageMakers, { maxLength: 5 }), (make, makers) => {
        const stages = makers.map((maker) => maker());
        expectAccounted(make(), stages, (batch) => {
          const mayBeEmpty = stages.every(({ name }) => name === 'delay' || name === 'snap length');
          expect(batch.length === 0 && !mayBeEmpty).toBe(false);
        });
      }),
      { numRuns: 500 },
    );
  });

  test('add losses before removed drops to the next drop that stays, across batches', () => {
    const [make] = fc.sample(
      generatedBatches.filter((maker) => sum(maker().batches.map(({ length }) => length)) > 8),
      {
        seed: 1,
        numRuns: 1,
      },
    );
    const { batches } = make!();
    const stage = selectDrops('last', (batch, row) => batch === batches.at(-1) && row === batch.length - 1);
    const losses = sum(batches.map(lossesOf));
    const kept: number[] = [];
    for (const batch of batches) {
      const stays = stage.process(batch);
      if (stays) kept.push(...stays.lostBefore.subarray(0, stays.length));
    }
    expect([...kept, stage.pendingLosses].reduce((total, lost) => total + lost, 0)).toBe(losses);
    expect(kept.length + stage.pendingLosses).toBeGreaterThan(0);
  });

  test('that select by kind call their function once for each kind', () => {
    fc.assert(
      fc.property(generatedBatches, (make) => {
        const { batches } = make();
        const asked: number[] = [];
        const stage = selectKinds('all', ({ id }) => asked.push(id) > 0);
        for (const batch of batches) stage.process(batch);
        expect(new Set(asked).size).toBe(asked.length);
      }),
    );
  });

  test.each([
    ['a count', () => limitCount(-1), 'count'],
    ['a count', () => limitCount(Number.NaN), 'count'],
    ['a count', () => limitCount(2.5), 'count'],
    ['a snap length', () => truncatePayloads(0), 'snap length'],
    ['a number of equal drops', () => removeRepeats(0), 'equal drops'],
    ['a number of equal drops', () => removeRepeats(1.5), 'equal drops'],
    ['a sample', () => sampleDrops(0), 'sample'],
    ['a sample', () => sampleDrops(Infinity), 'sample'],
    ['a limit', () => limitRate(0), 'limit'],
    ['a limit', () => limitRate(Number.NaN), 'limit'],
  ])('refuse %s out of range', (_, make, name) => {
    expect(make).toThrow(UsageError);
    expect(make).toThrow(new RegExp(name));
  });

  test('wait when an outlet returns a promise', async () => {
    let open = () => {};
    const waiting = new Promise<void>((resolve) => (open = resolve));
    const pipeline = composeStages([delay()], () => waiting);
    const { batches } = fc.sample(
      generatedBatches.filter((make) => make().batches.length > 1),
      1,
    )[0]!();
    expect(pipeline.push(batches[0]!)).toBeUndefined();
    const second = pipeline.push(batches[1]!);
    expect(second).toBeInstanceOf(Promise);
    open();
    await second;
  });
});
