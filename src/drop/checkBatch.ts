import { UsageError } from '../errors.js';
import { FRAMINGS } from '../linktype/framing.js';
import { type DropBatch } from './batch.js';

/**
 * Checks that a batch is consistent: `length`, and of each row the kind, the framing, and the payload's place and lengths.
 * For the tests of a stage that changes columns: `capture` does not look at each row.
 * @throws UsageError that names the row and what is wrong
 */
export function checkBatch(batch: DropBatch): void {
  checkLength(batch);
  for (let row = 0; row < batch.length; row++) {
    const fault = faultOf(batch, row);
    if (fault !== undefined) throw new UsageError(`row ${row} of a batch: ${fault}`);
  }
}

/** @throws UsageError when `length` is no number of rows that the batch can hold */
export function checkLength({ length, capacity }: DropBatch): void {
  if (!Number.isInteger(length) || length < 0 || length > capacity)
    throw new UsageError(`a batch for ${capacity} drops has the length ${length}`);
}

function faultOf(batch: DropBatch, row: number): string | undefined {
  const { arena, kinds } = batch;
  const [kind, framing] = [batch.kind[row]!, batch.framing[row]!];
  const [offset, length] = [batch.payloadOffset[row]!, batch.payloadLength[row]!];
  if (kind >= kinds.size) return `its kind is ${kind} of ${kinds.size}`;
  if (framing >= FRAMINGS.length) return `its framing is ${framing} of ${FRAMINGS.length}`;
  if (offset + length > arena.length)
    return `its payload ends at byte ${offset + length} of an arena of ${arena.length}`;
  if (length > batch.originalLength[row]!)
    return `its payload has ${length} bytes, and its packet had ${batch.originalLength[row]}`;
  return undefined;
}
