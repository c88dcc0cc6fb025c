import { availableParallelism, totalmem } from 'node:os';

const MIB = 1 << 20;
/** What a queued packet costs the kernel: a clone, and data that nobody else holds any more. */
const QUEUED_PACKET_BYTES = 2048;
/** Shares of this host's memory that full queues, and a full receive buffer, may take. */
const QUEUES_SHARE = 64;
const BUFFER_SHARE = 128;
const [MIN_QUEUE_LENGTH, MAX_QUEUE_LENGTH] = [1000, 32_768];
const [MIN_BUFFER_BYTES, MAX_BUFFER_BYTES] = [8 * MIB, 64 * MIB];

/**
 * Packets that a processor's queue shall hold: more than the kernel's 1000 where there is memory for it, since a burst
 * fills the queue before the kernel's worker runs.
 */
export function defaultQueueLength(
  memoryBytes: number = totalmem(),
  processors: number = availableParallelism(),
): number {
  const packets = memoryBytes / QUEUES_SHARE / QUEUED_PACKET_BYTES / processors;
  return clamp(packets, MIN_QUEUE_LENGTH, MAX_QUEUE_LENGTH);
}

/** Bytes of the event socket's receive buffer. The kernel doubles it, and takes of it only what waits to be read. */
export function defaultReceiveBufferBytes(memoryBytes: number = totalmem()): number {
  return clamp(memoryBytes / BUFFER_SHARE, MIN_BUFFER_BYTES, MAX_BUFFER_BYTES);
}

function clamp(value: number, least: number, most: number): number {
  return Math.floor(Math.min(Math.max(value, least), most));
}
