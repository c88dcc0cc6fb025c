import type { DropBatch } from '../drop/batch.js';
import { UsageError } from '../errors.js';
import type { Stage } from './stage.js';

/**
 * Makes a stage that shortens payloads to `bytes` bytes. Original lengths do not change. For recordings: a live source
 * can have the kernel truncate.
 * @throws UsageError when `bytes` is not a number from 1 up
 */
export function truncatePayloads(bytes: number): Stage {
  if (!(bytes >= 1)) throw new UsageError(`the snap length must be a number from 1 up, not ${bytes}`);
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
