import { bench, describe } from 'vitest';
import type { HotPath } from '../../src/binding/hotPath.js';
import { loadHotPath } from '../../src/binding/load.js';
import { AlertDecoder } from '../../src/dropmon/alertDecoder.js';
import { batchIn } from '../support/encoding.js';
import { arena, count, familyId, index, view } from './support/alerts.js';

function decoding(hotPath: HotPath | null): () => void {
  const batch = batchIn(arena, 2 * count);
  const decoder = new AlertDecoder(hotPath);
  return () => {
    batch.length = 0;
    decoder.decodeMessages(batch, view, index, count, familyId);
    if (batch.length !== count) throw new Error(`${batch.length} of ${count} alerts`);
  };
}

describe('104 alerts, decoded', () => {
  bench('in TypeScript', decoding(null));
  bench('by templates, in C++', decoding(loadHotPath()));
});
