import type { DropBatch } from '../drop/batch.js';
import { UsageError } from '../errors.js';
import type { Stage } from './stage.js';

/**
 * A stage that shortens payloads to `bytes`; original lengths stay. The kernel truncates already when the source was told
 * to; recordings are cut here.
 * @throws UsageError when it is no number from 1 up
 */
export function truncatePayloads(bytes: number): Stage {
  if (!(bytes >= 1)) throw new UsageError(`the snap length is a number from 1 up, not ${bytes}`);
  return {
    name: 'snap length',
    removed: 0,
    pendingLosses: 0,
    process(batch: DropBatch): DropBatch {
      const { length, payloadLength } = batch;
      for (let row = 0; row < length; row++) if (payloadLength[row]! > bytes) payloadLength[row] = bytes;
      return batch;
    },
  };
}
