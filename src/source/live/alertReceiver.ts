import type { MessageArena, NetlinkSocket } from '../../binding/contract.js';
import { loadHotPath } from '../../binding/load.js';
import { viewOf } from '../../bytes.js';
import type { DropCount } from '../../drop/dropCount.js';
import type { DeviceTable } from '../../drop/device.js';
import { DropBatch } from '../../drop/batch.js';
import { BatchMemory } from '../../drop/batchMemory.js';
import { KindTable } from '../../drop/kind.js';
import { AlertDecoder } from '../../dropmon/alertDecoder.js';
import { NETLINK_NO_ENOBUFS } from '../../netlink/constants.js';
import { NetlinkError } from '../../errors.js';
import { DeviceResolver } from '../deviceResolver.js';
import type { LossCounter } from './lossCounter.js';

/** Number of arenas: one is filled, one waits, one is decoded, and one is spare. */
const ARENAS = 4;
/**
 * Messages of an arena. Keeps all arenas below 64 MiB: from 64 MiB on, V8 collects garbage while a capture starts
 * (node --trace-gc).
 */
const SLOTS = 224;
/**
 * Bytes for one message: the largest alert has 65,527 bytes of packet and below 700 of metadata. Must not be a
 * multiple of the page size: slots that all start at the same offset in their page would share a few sets of the
 * processor's cache. Pages that no message touched take no memory.
 */
const SLOT_BYTES = 66_688;

/**
 * Longest time that signals, timers and other sockets wait while batches arrive without a pause. Node calls up to 1000
 * listeners of a thread in a row, and the consumer may handle a whole batch in one such call.
 */
const MAX_TURN_MS = 10;
/** A batch that comes later than this was not in the queue of the same turn. */
const PAUSE_MS = 2;

interface Slot {
  readonly memory: BatchMemory;
  readonly index: Uint32Array;
  readonly view: DataView;
}

/** Receives alerts on a socket. Decodes one batch each time the consumer asks for the next batch. */
export class AlertReceiver {
  readonly alerts: AlertDecoder;
  readonly #socket: NetlinkSocket;
  readonly #familyId: number;
  readonly #resolver: DeviceResolver;
  readonly #losses: LossCounter;
  readonly #onFamilyRemoved: () => void;
  readonly #slots: Slot[] = [];
  /** Filled arenas that were not yielded yet, as pairs of arena and count. At most ARENAS pairs. */
  readonly #queue: number[] = [];
  #kinds = new KindTable();
  #wake: () => void = () => {};
  #ended = false;
  #errno = 0;
  #closed = false;

  /**
   * @param onFamilyRemoved called once, after the last alert, when the kernel unloaded its drop monitor.
   * @param onCounts called for each summary alert.
   * @param onNotice called with a text for people.
   */
  constructor(
    socket: NetlinkSocket,
    familyId: number,
    devices: DeviceTable,
    losses: LossCounter,
    onFamilyRemoved: () => void,
    onCounts?: (counts: readonly DropCount[]) => void,
    onNotice?: (text: string) => void,
  ) {
    this.#socket = socket;
    this.#familyId = familyId;
    const hotPath = loadHotPath();
    this.alerts = new AlertDecoder(hotPath, onCounts, onNotice);
    this.#resolver = new DeviceResolver(devices, hotPath);
    this.#losses = losses;
    this.#onFamilyRemoved = onFamilyRemoved;
  }

  /**
   * Starts receiving. Until the consumer iterates, messages wait in the arenas, then in the socket.
   * @param gatherMs `KernelSourceOptions.gatherMs`
   */
  start(gatherMs: number): void {
    const arenas: MessageArena[] = [];
    for (let i = 0; i < ARENAS; i++) {
      const bytes = new Uint8Array(SLOTS * SLOT_BYTES);
      const index = new Uint32Array(2 * SLOTS);
      arenas.push({ bytes, index });
      this.#slots.push({ memory: new BatchMemory(bytes, SLOTS), index, view: viewOf(bytes) });
    }
    // With this option, a full buffer loses only the messages that do not fit. Without it, the socket loses all
    // messages until the buffer is empty.
    this.#socket.setOption(NETLINK_NO_ENOBUFS, 1);
    const listener = (arena: number, value: number) => {
      if (arena >= 0) {
        this.#queue.push(arena, value);
      } else {
        this.#ended = true;
        this.#errno = value;
      }
      this.#wake();
    };
    this.#socket.startReceiving(arenas, true, listener, gatherMs);
  }

  /** Yields batches until the socket stops receiving. @throws NetlinkError when an error stopped it */
  async *batches(): AsyncGenerator<DropBatch, void, undefined> {
    let turnMs = 0;
    for (;;) {
      if (performance.now() - turnMs >= MAX_TURN_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        turnMs = performance.now();
      }
      while (this.#queue.length === 0) {
        if (this.#ended) return this.#checkEnd();
        const idleMs = performance.now();
        await new Promise<void>((resolve) => (this.#wake = resolve));
        // Other listeners of the same turn follow at once. After a pause, the others had their turn.
        if (performance.now() - idleMs >= PAUSE_MS) turnMs = performance.now();
      }
      const batch = this.#decode(this.#queue.shift()!, this.#queue.shift()!);
      if (batch.length > 0) yield batch;
      else batch.release();
    }
  }

  /** Closes the socket. Afterwards, releasing a batch does nothing, because the socket no longer needs the arena. */
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
    const before = this.alerts.familyRemoved;
    this.alerts.decodeMessages(batch, view, index, count, this.#familyId);
    if (this.alerts.familyRemoved && !before) this.#onFamilyRemoved();
    this.#resolver.resolve(batch);
    if (batch.length > 0) batch.lostBefore[0] = this.#losses.lostSinceLast(batch.length);
    return batch;
  }

  #checkEnd(): void {
    if (this.#errno === 0) return;
    throw new NetlinkError(`cannot continue to receive alerts: errno ${this.#errno}`, {
      syscall: 'recvmmsg',
      errno: this.#errno,
    });
  }
}
