import { bench, describe } from 'vitest';
import type { HotPath } from '../../src/binding/hotPath.js';
import { loadHotPath } from '../../src/binding/load.js';
import { DeviceTable } from '../../src/drop/device.js';
import { DEVICE_NOT_LOOKED_UP } from '../../src/drop/batch.js';
import { DeviceColumns } from '../../src/source/deviceColumns.js';
import { decodedBatch } from './support/alerts.js';

function framing(hotPath: HotPath | null): () => void {
  const batch = decodedBatch(hotPath);
  const columns = new DeviceColumns(new DeviceTable(), hotPath);
  return () => {
    batch.deviceType.fill(DEVICE_NOT_LOOKED_UP);
    columns.fillIn(batch);
  };
}

describe('device and framing of 104 alerts', () => {
  bench('in TypeScript', framing(null));
  bench('where they are plain, in C++', framing(loadHotPath()));
});
