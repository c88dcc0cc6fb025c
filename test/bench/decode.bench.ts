import { bench, describe } from 'vitest';
import type { HotPath } from '../../src/binding/hotPath.js';
import { loadHotPath } from '../../src/binding/load.js';
import { DropBatch } from '../../src/drop/batch.js';
import { AlertDecoder } from '../../src/dropmon/alertDecoder.js';
import { StringTable } from '../../src/drop/stringTable.js';
import { arena, count, familyId, index, view } from './support/alerts.js';

function decoding(hotPath: HotPath | null): () => void {
  const batch = new DropBatch(arena, 2 * count, new StringTable());
  const decoder = new AlertDecoder(hotPath);
  return () => {
    batch.length = 0;
    decoder.decodeMessages(batch, view, index, count, familyId);
    if (batch.length !== count) throw new Error(`${batch.length} of ${count} alerts`);
  };
}

describe('104 alerts, decoded', () => {
  bench('attribute by attribute', decoding(null));
  bench('by templates, in C++', decoding(loadHotPath()));
});
