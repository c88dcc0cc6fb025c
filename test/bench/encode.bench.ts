import { bench, describe } from 'vitest';
import type { HotPath } from '../../src/binding/hotPath.js';
import { loadHotPath } from '../../src/binding/load.js';
import { DeviceTable } from '../../src/drop/device.js';
import { FRAMED_FORM } from '../../src/encode/framedForm.js';
import { OutputBuffer } from '../../src/encode/outputBuffer.js';
import { PcapngEncoder } from '../../src/encode/pcapngEncoder.js';
import { decodedBatch } from './support/alerts.js';

function encoding(hotPath: HotPath | null): () => void {
  const batch = decodedBatch(hotPath);
  const origin = { devices: new DeviceTable(), kernelRelease: undefined };
  const encoder = new PcapngEncoder({ section: {}, origin, live: false, form: FRAMED_FORM, hotPath });
  const output = new OutputBuffer();
  encoder.header(output);
  return () => {
    output.clear();
    encoder.encode(batch, output);
  };
}

describe('enhanced packet blocks of 104 alerts', () => {
  bench('in TypeScript', encoding(null));
  bench('by templates, in C++', encoding(loadHotPath()));
});
