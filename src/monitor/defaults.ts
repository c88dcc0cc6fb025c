import { availableParallelism, totalmem } from 'node:os';

const MIB = 1 << 20;
/** Kernel memory for a queued packet: a clone of its sk_buff, and its data, which the queue keeps from being freed. */
const QUEUED_PACKET_BYTES = 2048;
/** Full queues may take 1/64 of this host's memory, a full receive buffer 1/128. */
const QUEUES_SHARE = 64;
const BUFFER_SHARE = 128;
const [MIN_QUEUE_LENGTH, MAX_QUEUE_LENGTH] = [1000, 32_768];
const [MIN_BUFFER_BYTES, MAX_BUFFER_BYTES] = [8 * MIB, 64 * MIB];

/**
 * Queue length for each processor, in packets. Larger than the kernel's default of 1000 if the memory allows it: a burst
 * fills a short queue before the kernel's worker runs.
 */
export function defaultQueueLength(
  memoryBytes: number = totalmem(),
  processors: number = availableParallelism(),
): number {
  const packets = memoryBytes / QUEUES_SHARE / QUEUED_PACKET_BYTES / processors;
  return clamp(packets, MIN_QUEUE_LENGTH, MAX_QUEUE_LENGTH);
}

/** Bytes of the event socket's receive buffer. The kernel doubles them, and uses memory only for unread messages. */
export function defaultReceiveBufferBytes(memoryBytes: number = totalmem()): number {
  return clamp(memoryBytes / BUFFER_SHARE, MIN_BUFFER_BYTES, MAX_BUFFER_BYTES);
}

function clamp(value: number, least: number, most: number): number {
  return Math.floor(Math.min(Math.max(value, least), most));
}
