import type { DropBatch } from '../drop/batch.js';
import type { Sample } from '../report/analysis.js';
import type { FlowKey } from '../stage/flowKey.js';

/** Packets that are kept for a cause, and for the row that is watched. */
const LAST_PACKETS = 16;
/** Causes that packets are kept of. */
const MAX_CAUSES = 256;
/** Bytes of a packet that are kept. */
const PACKET_BYTES = 256;

/** A dropped packet, with what finds it again. */
export interface LastPacket extends Sample {
  readonly cause: number;
  /** Words of its FlowKey; empty when its packet has none. */
  readonly words: Uint32Array;
}

/** Whether a drop belongs to a row. @param key undefined when its packet has no flow */
export type RowMatch = (cause: number, key: Pick<FlowKey, 'words' | 'length'> | undefined) => boolean;

/**
 * The last packets of each cause, and of one row. When many come, it keeps the first ones after each `refresh`: a reader cannot see
 * more of them, and a copy of each packet would cost more than all else.
 */
export class LastPackets {
  readonly #byCause = new Map<number, Ring>();
  #watched: { readonly match: RowMatch; readonly ring: Ring } | undefined;

  see(cause: number, key: FlowKey | undefined, batch: DropBatch, row: number): void {
    let ring = this.#byCause.get(cause);
    if (!ring && this.#byCause.size < MAX_CAUSES) {
      ring = new Ring();
      this.#byCause.set(cause, ring);
    }
    const watched = this.#watched;
    const byCause = ring !== undefined && ring.room > 0;
    const byRow = watched !== undefined && watched.ring.room > 0 && watched.match(cause, key);
    if (!byCause && !byRow) return;
    const packet = copyOf(cause, key, batch, row);
    if (byCause) ring!.add(packet);
    if (byRow) watched.ring.add(packet);
  }

  /** Makes room for further packets. */
  refresh(): void {
    for (const ring of this.#byCause.values()) ring.refresh();
    this.#watched?.ring.refresh();
  }

  /** Keeps the packets of this row too. It begins with those that are kept already. */
  watch(match: RowMatch): void {
    const ring = new Ring();
    const known = [...this.#byCause.values()]
      .flatMap(({ packets }) => packets)
      .filter((one) => fits(match, one));
    for (const packet of known.toSorted(byTime).slice(-LAST_PACKETS)) ring.add(packet);
    ring.refresh();
    this.#watched = { match, ring };
  }

  unwatch(): void {
    this.#watched = undefined;
  }

  /** The packets of the watched row, the oldest first. */
  get watched(): readonly LastPacket[] {
    return this.#watched?.ring.packets.toSorted(byTime) ?? [];
  }

  clear(): void {
    this.#byCause.clear();
    this.#watched = this.#watched && { match: this.#watched.match, ring: new Ring() };
  }
}

class Ring {
  /** Packets that may come until the next refresh. */
  room = LAST_PACKETS;
  #packets: LastPacket[] = [];

  get packets(): readonly LastPacket[] {
    return this.#packets;
  }

  add(packet: LastPacket): void {
    this.room--;
    this.#packets.push(packet);
  }

  refresh(): void {
    this.room = LAST_PACKETS;
    this.#packets = this.#packets.slice(-LAST_PACKETS);
  }
}

function byTime(a: LastPacket, b: LastPacket): number {
  return Number(a.drop.timestampNs - b.drop.timestampNs);
}

function fits(match: RowMatch, { cause, words }: LastPacket): boolean {
  return match(cause, words.length === 0 ? undefined : { words, length: words.length });
}

function copyOf(cause: number, key: FlowKey | undefined, batch: DropBatch, row: number): LastPacket {
  const record = batch.record(row);
  return {
    cause,
    words: key ? key.words.slice(0, key.length) : new Uint32Array(0),
    drop: record.with({ payload: record.payload.slice(0, PACKET_BYTES) }),
    framing: batch.framing[row]!,
    protocol: batch.protocol[row]!,
  };
}
