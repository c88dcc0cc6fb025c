import { bench, describe } from 'vitest';
import { composeStages } from '../../src/capture/pipeline.js';
import type { DropBatch } from '../../src/drop/batch.js';
import type { Stage } from '../../src/stage/stage.js';
import { decodedBatch } from './support/alerts.js';

/** The cost of stages that do nothing, for a thousand batches: a figure in milliseconds is microseconds a batch. */
const BATCHES = 1000;
const batch = decodedBatch(null);
let delivered = 0;

function deliver(given: DropBatch): undefined {
  delivered += given.length;
}

function emptyStage(name: string): Stage {
  return { name, removed: 0, pendingLosses: 0, process: (given) => given };
}

function pushing(stages: number): () => void {
  const pipeline = composeStages(
    Array.from({ length: stages }, (_, i) => emptyStage(`stage ${i}`)),
    deliver,
  );
  return () => {
    for (let i = 0; i < BATCHES; i++) if (pipeline.push(batch)) throw new Error('it waited');
  };
}

function calling(stages: number): () => void {
  const all = Array.from({ length: stages }, (_, i) => emptyStage(`stage ${i}`));
  return () => {
    for (let i = 0; i < BATCHES; i++) {
      let given: DropBatch | undefined = batch;
      for (const stage of all) given = given && stage.process(given);
      if (given) deliver(given);
    }
  };
}

describe('a thousand batches', () => {
  bench('through no stage', pushing(0));
  bench('through seven empty stages', pushing(7));
  bench('through seven empty stages, called in a loop', calling(7));
});
