import { readFileSync } from 'node:fs';
import { bench, describe } from 'vitest';
import { viewOf } from '../../src/bytes.js';
import { DropBatch } from '../../src/drop.js';
import { AlertDecoder } from '../../src/dropmon/alertDecoder.js';
import { READ_MORE, READ_PACKET } from '../../src/pcap/recordReader.js';
import { PcapReader } from '../../src/pcap/reader.js';
import { StringTable } from '../../src/stringTable.js';

/** The 104 alerts of a real recording, decoded: one iteration is all of them. */
const recording = new Uint8Array(
  readFileSync(new URL('../../samples/recordings/linux-6.12/dwdump.pcap', import.meta.url)),
);
const COOKED_HEADER_BYTES = 16;

/** @param shift 0: as words, by templates; 1: the arena begins at an odd place, so that every attribute is looked at. */
function decoding(shift: number): () => void {
  const arena = new Uint8Array(recording.length + shift).subarray(shift);
  arena.set(recording);
  const view = viewOf(arena);
  const batch = new DropBatch(arena, 256, new StringTable());
  const decoder = new AlertDecoder();
  const messages: [offset: number, length: number][] = [];
  const reader = new PcapReader(true);
  for (let at = 0; ; at += reader.consumed) {
    const kind = reader.next(view, at, arena.length, at);
    if (kind === READ_MORE) break;
    if (kind !== READ_PACKET) continue;
    messages.push([reader.offset + COOKED_HEADER_BYTES, reader.length - COOKED_HEADER_BYTES]);
  }
  messages.shift(); // What nlctrl said of the families.
  return () => {
    batch.length = 0;
    for (const [offset, length] of messages) decoder.decode(batch, view, offset, length, true);
    if (batch.length !== messages.length) throw new Error(`${batch.length} of ${messages.length} alerts`);
  };
}

describe('104 alerts of dwdump.pcap', () => {
  bench('by templates', decoding(0));
  bench('attribute by attribute', decoding(1));
});
