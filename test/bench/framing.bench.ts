import { bench, describe } from 'vitest';
import type { HotPath } from '../../src/binding/hotPath.js';
import { loadHotPath } from '../../src/binding/load.js';
import { DeviceTable } from '../../src/drop/device.js';
import { FRAMING_UNRESOLVED } from '../../src/drop/layout.js';
import { DeviceResolver } from '../../src/source/deviceResolver.js';
import { decodedBatch } from './support/alerts.js';

function framing(hotPath: HotPath | null): () => void {
  const batch = decodedBatch(hotPath);
  const resolver = new DeviceResolver(new DeviceTable(), hotPath);
  // Unresolved, as after decoding. No device is known, so the kinds do not change.

  return () => {
    batch.framing.fill(FRAMING_UNRESOLVED);
    resolver.resolve(batch);
  };
}

describe('device and framing of 104 alerts', () => {
  bench('in TypeScript', framing(null));
  bench('where they are plain, in C++', framing(loadHotPath()));
});
