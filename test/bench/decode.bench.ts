import { readFileSync } from 'node:fs';
import { bench, describe } from 'vitest';
import type { HotPath } from '../../src/binding/hotPath.js';
import { loadHotPath } from '../../src/binding/load.js';
import { viewOf } from '../../src/bytes.js';
import { DropBatch } from '../../src/drop.js';
import { AlertDecoder } from '../../src/dropmon/alertDecoder.js';
import { READ_MORE, READ_PACKET } from '../../src/pcap/recordReader.js';
import { PcapReader } from '../../src/pcap/reader.js';
import { StringTable } from '../../src/stringTable.js';

/** The 104 alerts of a real recording, decoded: one iteration is all of them. */
const arena = new Uint8Array(
  readFileSync(new URL('../../samples/recordings/linux-6.12/dwdump.pcap', import.meta.url)),
);
const view = viewOf(arena);
const COOKED_HEADER_BYTES = 16;

/** Offsets and lengths of the alerts' messages. */
function messages(): Uint32Array {
  const index: number[] = [];
  const reader = new PcapReader(true);
  for (let at = 0; ; at += reader.consumed) {
    const kind = reader.next(view, at, arena.length, at);
    if (kind === READ_MORE) break;
    if (kind !== READ_PACKET) continue;
    index.push(reader.offset + COOKED_HEADER_BYTES, reader.length - COOKED_HEADER_BYTES);
  }
  return Uint32Array.from(index.slice(2)); // The first is what nlctrl said of the families.
}

const index = messages();
const count = index.length / 2;
const familyId = view.getUint16(index[0]! + 4, true);

function decoding(hotPath: HotPath | null): () => void {
  const batch = new DropBatch(arena, 256, new StringTable());
  const decoder = new AlertDecoder(hotPath);
  return () => {
    batch.length = 0;
    decoder.decodeMessages(batch, view, index, count, familyId);
    if (batch.length !== count) throw new Error(`${batch.length} of ${count} alerts`);
  };
}

describe('104 alerts of dwdump.pcap', () => {
  bench('attribute by attribute', decoding(null));
  bench('by templates, in C++', decoding(loadHotPath()));
});
