import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadBinding } from '../../../src/binding/load.js';
import { BatchMemory } from '../../../src/drop/batchMemory.js';
import { DropBatch } from '../../../src/drop/batch.js';
import { KindTable } from '../../../src/drop/kind.js';
import { FramedRows } from '../../../src/filter/framedRows.js';
import { FRAMING_SLL, FRAMINGS } from '../../../src/linktype/framing.js';
import { lacksLibpcap } from '../../support/libpcap.js';
import { generatedBatches } from '../../support/batches.js';

const { PacketFilter } = loadBinding();

describe.skipIf(lacksLibpcap())('packets in the form of a file', () => {
  const DLT_LINUX_SLL = 113;

  test('are judged as each one alone', () => {
    const program = new PacketFilter(DLT_LINUX_SLL, 'greater 60 or link[15] & 1 = 1');
    const framed = new FramedRows();
    let judged = 0;
    fc.assert(
      fc.property(generatedBatches, (make) => {
        for (const batch of make().batches) {
          FRAMINGS.forEach(({ converted, lengthChange }, framing) => {
            if (!converted) return;
            const mask = new Uint8Array(batch.capacity).fill(1);
            const expected = mask.slice();
            for (let row = 0; row < batch.length; row++) {
              if (batch.framing[row] !== framing) continue;
              const whole = Math.max(batch.originalLength[row]! + lengthChange, 0);
              expected[row] = program.match(batch.framedPayload(row), whole) ? 1 : 0;
              judged++;
            }
            framed.judge(program, batch, framing, mask);
            expect(mask).toEqual(expected);
          });
        }
      }),
    );
    expect(judged).toBeGreaterThan(50);
  });

  test.each([
    ['many small ones', 1000, 40],
    ['large ones', 20, 60_000],
    ['one that is larger than the room for copies', 3, 300_000],
  ])('are judged in several calls: %s', (_, rows, bytes) => {
    const kinds = new KindTable();
    kinds.intern({ origin: 'software', deviceType: 1, littleEndian: true });
    const batch = new DropBatch(new BatchMemory(new Uint8Array(bytes).fill(7), rows), kinds);
    batch.length = rows;
    batch.framing.fill(FRAMING_SLL);
    batch.payloadLength.fill(bytes);
    batch.originalLength.fill(bytes);
    for (let row = 0; row < rows; row++) batch.protocol[row] = row % 3;
    const mask = new Uint8Array(rows).fill(1);
    mask[1] = 0; // Not wanted before.
    new FramedRows().judge(new PacketFilter(DLT_LINUX_SLL, 'link[15] < 2'), batch, FRAMING_SLL, mask);
    expect([...mask]).toEqual(Array.from({ length: rows }, (__, row) => Number(row % 3 < 2 && row !== 1)));
  });
});
