import type { MessageArena, NetlinkSocket } from '../../binding/contract.js';
import { loadHotPath } from '../../binding/load.js';
import { viewOf } from '../../bytes.js';
import type { DeviceTable } from '../../drop/device.js';
import { DropBatch } from '../../drop/batch.js';
import { BatchMemory } from '../../drop/batchMemory.js';
import { KindTable } from '../../drop/kind.js';
import { AlertDecoder } from '../../dropmon/alertDecoder.js';
import { NETLINK_NO_ENOBUFS } from '../../netlink/constants.js';
import { NetlinkError } from '../../errors.js';
import { DeviceResolver } from '../deviceResolver.js';
import type { LossCounter } from './lossCounter.js';

/** One is filled, one waits, one is decoded, and one is spare. */
const ARENAS = 4;
/** All arenas stay below 64 MiB, from which on V8 collects garbage while a capture starts (node --trace-gc). */
const SLOTS = 224;
/**
 * Holds the largest alert (65,527 bytes of packet and below 700 of metadata). No multiple of the page size: slots
 * that all start at the same offset in their page would share a few sets of the processor's cache. Memory that no
 * message touched is never backed.
 */
const SLOT_BYTES = 66_688;

/**
 * Signals, timers and other sockets wait no longer than that for batches that come one behind the other: Node calls up to
 * 1000 listeners of a thread in a row, and all that is done with a batch may happen in such a call.
 */
const MAX_TURN_MS = 10;

interface Slot {
  readonly memory: BatchMemory;
  readonly index: Uint32Array;
  readonly view: DataView;
}

/** Receives alerts on a socket and decodes them, batch by batch, when the consumer asks for the next. */
export class AlertReceiver {
  readonly alerts: AlertDecoder;
  readonly #socket: NetlinkSocket;
  readonly #familyId: number;
  readonly #resolver: DeviceResolver;
  readonly #losses: LossCounter;
  readonly #slots: Slot[] = [];
  /** Filled arenas that were not yielded yet, as pairs of arena and count. At most ARENAS of them. */
  readonly #queue: number[] = [];
  #kinds = new KindTable();
  #wake: () => void = () => {};
  #ended = false;
  #errno = 0;
  #closed = false;

  constructor(socket: NetlinkSocket, familyId: number, devices: DeviceTable, losses: LossCounter) {
    this.#socket = socket;
    this.#familyId = familyId;
    const hotPath = loadHotPath();
    this.alerts = new AlertDecoder(hotPath);
    this.#resolver = new DeviceResolver(devices, hotPath);
    this.#losses = losses;
  }

  /** Starts receiving; what arrives before somebody iterates waits in the arenas, then in the socket. */
  start(): void {
    const arenas: MessageArena[] = [];
    for (let i = 0; i < ARENAS; i++) {
      const bytes = new Uint8Array(SLOTS * SLOT_BYTES);
      const index = new Uint32Array(2 * SLOTS);
      arenas.push({ bytes, index });
      this.#slots.push({ memory: new BatchMemory(bytes, SLOTS), index, view: viewOf(bytes) });
    }
    // A full buffer loses what does not fit in, and not, as without this, all that comes until it is empty.
    this.#socket.setOption(NETLINK_NO_ENOBUFS, 1);
    this.#socket.startReceiving(arenas, true, (arena, value) => {
      if (arena >= 0) {
        this.#queue.push(arena, value);
      } else {
        this.#ended = true;
        this.#errno = value;
      }
      this.#wake();
    });
  }

  /** Yields batches until the socket's receiving ended. @throws NetlinkError when an error ended it */
  async *batches(): AsyncGenerator<DropBatch, void, undefined> {
    let turnMs = 0;
    for (;;) {
      if (performance.now() - turnMs >= MAX_TURN_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        turnMs = performance.now();
      }
      while (this.#queue.length === 0) {
        if (this.#ended) return this.#checkEnd();
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
      const batch = this.#decode(this.#queue.shift()!, this.#queue.shift()!);
      if (batch.length > 0) yield batch;
      else batch.release();
    }
  }

  /** After this, releasing a batch does nothing: the socket that wanted its arena back is gone. */
  close(): void {
    this.#closed = true;
    this.#socket.close();
  }

  #release(arena: number): void {
    if (!this.#closed) this.#socket.release(arena);
  }

  #decode(arena: number, count: number): DropBatch {
    const { memory, index, view } = this.#slots[arena]!;
    if (this.#kinds.full) this.#kinds = new KindTable();
    const batch = new DropBatch(memory, this.#kinds, () => this.#release(arena));
    this.alerts.decodeMessages(batch, view, index, count, this.#familyId);
    this.#resolver.resolve(batch);
    if (batch.length > 0) batch.lostBefore[0] = this.#losses.lostSinceLast();
    return batch;
  }

  #checkEnd(): void {
    if (this.#errno === 0) return;
    throw new NetlinkError(`cannot go on receiving alerts: errno ${this.#errno}`, {
      syscall: 'recvmmsg',
      errno: this.#errno,
    });
  }
}
