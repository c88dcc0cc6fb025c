import { readFileSync } from 'node:fs';
import type { HotPath } from '../../../src/binding/hotPath.js';
import { viewOf } from '../../../src/bytes.js';
import { DeviceTable } from '../../../src/drop/device.js';
import type { DropBatch } from '../../../src/drop/batch.js';
import { KindTable } from '../../../src/drop/kind.js';
import { AlertDecoder } from '../../../src/dropmon/alertDecoder.js';
import { READ_MORE, READ_PACKET } from '../../../src/pcap/recordReader.js';
import { PcapReader } from '../../../src/pcap/reader.js';
import { DeviceResolver } from '../../../src/source/deviceResolver.js';
import { batchIn } from '../../support/encoding.js';

const COOKED_HEADER_BYTES = 16;

/** The 104 alerts of a real recording: offsets and lengths of their messages in `arena`. */
export const arena = new Uint8Array(
  readFileSync(new URL('../../../samples/recordings/linux-6.12/dwdump.pcap', import.meta.url)),
);
export const view = viewOf(arena);
export const index = messages();
export const count = index.length / 2;
export const familyId = view.getUint16(index[0]! + 4, true);

function messages(): Uint32Array {
  const found: number[] = [];
  const reader = new PcapReader(true);
  for (let at = 0; ; at += reader.consumed) {
    const kind = reader.next(view, at, arena.length, at);
    if (kind === READ_MORE) break;
    if (kind !== READ_PACKET) continue;
    found.push(reader.offset + COOKED_HEADER_BYTES, reader.length - COOKED_HEADER_BYTES);
  }
  return Uint32Array.from(found.slice(2)); // The first message is nlctrl's answer about the families.
}

/** The alerts as rows, decoded by the hot path or by TypeScript. */
export function decodedBatch(hotPath: HotPath | null): DropBatch {
  const batch = batchIn(arena, 2 * count, new KindTable());
  const decoder = new AlertDecoder(hotPath);
  // The second time, the hot path knows their kinds.
  for (let round = 0; round < 2; round++) {
    batch.length = 0;
    decoder.decodeMessages(batch, view, index, count, familyId);
  }
  new DeviceResolver(new DeviceTable(), hotPath).resolve(batch);
  return batch;
}
