import type { DropBatch } from '../drop/batch.js';
import { ADDRESSES, CONTENT_IPV4, FORM, type FlowKey, IPPROTO_TCP, KEY_WORDS } from '../stage/flowKey.js';
import { FirstSights } from './firstSights.js';
import { type Repeat, Repeats } from './repeats.js';

const TCP_SYN = 0x02;
const TCP_ACK = 0x10;
const TCP_MIN_BYTES = 20;
const IPV4_MIN_BYTES = 20;
const IPV6_BYTES = 40;
const IPV4_MORE_FRAGMENTS = 0x2000;
const IPV4_OFFSET = 0x1fff;
/** Most offsets of one datagram that are remembered. */
const MAX_OFFSETS = 64;

/** A connection attempt, or a segment of a connection. */
export interface SegmentFacts {
  /** Words of a FlowKey. */
  readonly flow: Uint32Array;
  /** Sequence number of the first byte. */
  readonly sequence: number;
}

/** Fragments of one IPv4 datagram. */
export interface FragmentFacts {
  /** Words of a FlowKey. */
  readonly flow: Uint32Array;
  readonly id: number;
  /** Offsets in bytes of the fragments that were dropped, each once; the first 64. */
  readonly offsets: Set<number>;
  /** Whether the last fragment is among them. */
  sawLast: boolean;
}

/** Finds drops that belong together: repeated connection attempts, repeated segments, fragments of one datagram. */
export class StoryTeller {
  readonly #attempts = new Repeats<SegmentFacts>();
  readonly #segments = new Repeats<SegmentFacts>();
  readonly #datagrams = new Repeats<FragmentFacts>();
  /** Segments that were dropped once. */
  readonly #firsts = new FirstSights();
  /** A key as halves of words. */
  readonly #halves = new Uint16Array(2 * (KEY_WORDS + 1));

  /** Looks at a drop. @param key the packet's, just read from this row; @param time as of `addDrop` */
  see(batch: DropBatch, row: number, key: FlowKey, cause: number, time: number): void {
    const form = key.words[FORM]!;
    if (((form >>> 8) & 0xff) === CONTENT_IPV4) this.#seeFragment(batch, row, key, cause, time);
    if (((form >>> 16) & 0xff) === IPPROTO_TCP && key.transport !== 0)
      this.#seeSegment(batch, row, key, cause, time);
  }

  /** Connections whose SYN was dropped several times. */
  get attempts(): Repeat<SegmentFacts>[] {
    return this.#attempts.most();
  }

  /** TCP segments with data that were dropped several times. */
  get segments(): Repeat<SegmentFacts>[] {
    return this.#segments.most();
  }

  /** IPv4 datagrams of which several fragments were dropped. */
  get datagrams(): Repeat<FragmentFacts>[] {
    return this.#datagrams.most();
  }

  #seeSegment(batch: DropBatch, row: number, key: FlowKey, cause: number, time: number): void {
    const { arena } = batch;
    const at = key.transport;
    const end = batch.payloadOffset[row]! + batch.payloadLength[row]!;
    if (at + TCP_MIN_BYTES > end) return;
    const flags = arena[at + 13]! & (TCP_SYN | TCP_ACK);
    const headerBytes = (arena[at + 12]! >> 4) * 4;
    const isAttempt = flags === TCP_SYN;
    // Bytes after the IP packet are padding of a short frame.
    const hasData = at + headerBytes < Math.min(end, packetEnd(arena, key.network));
    if (!isAttempt && (flags !== TCP_ACK || !hasData)) return;
    const sequence =
      ((arena[at + 4]! << 24) | (arena[at + 5]! << 16) | (arena[at + 6]! << 8) | arena[at + 7]!) >>> 0;
    const first = this.#firsts.find(hashOf(key, sequence), cause, time);
    if (!first) return;
    const repeats = isAttempt ? this.#attempts : this.#segments;
    const makeFacts = () => ({ flow: wordsOf(key), sequence });
    repeats.add(this.#textOf(key, sequence), cause, time, makeFacts, first);
  }

  /** The flow without its cause, and the sequence number, as a text that nothing else has. */
  #textOf({ words, length }: FlowKey, sequence: number): string {
    const halves = this.#halves;
    halves[0] = sequence >>> 16;
    halves[1] = sequence;
    let at = 2;
    for (let i = FORM; i < length; i++) {
      halves[at++] = words[i]! >>> 16;
      halves[at++] = words[i]!;
    }
    return Buffer.from(halves.buffer, 0, 2 * at).toString('latin1');
  }

  #seeFragment(batch: DropBatch, row: number, key: FlowKey, cause: number, time: number): void {
    const { arena } = batch;
    const at = key.network;
    if (at + IPV4_MIN_BYTES > batch.payloadOffset[row]! + batch.payloadLength[row]!) return;
    const word = (arena[at + 6]! << 8) | arena[at + 7]!;
    if ((word & (IPV4_MORE_FRAGMENTS | IPV4_OFFSET)) === 0) return;
    const id = (arena[at + 4]! << 8) | arena[at + 5]!;
    const addresses = `${key.words[ADDRESSES]} ${key.words[ADDRESSES + 1]} ${(key.words[FORM]! >>> 16) & 0xff} ${id}`;
    const { facts } = this.#datagrams.add(addresses, cause, time, () => ({
      flow: wordsOf(key),
      id,
      offsets: new Set(),
      sawLast: false,
    }));
    if (facts.offsets.size < MAX_OFFSETS) facts.offsets.add((word & IPV4_OFFSET) * 8);
    if ((word & IPV4_MORE_FRAGMENTS) === 0) facts.sawLast = true;
  }
}

/** A hash of the flow without its cause, and of the sequence number. */
function hashOf({ words, length }: FlowKey, sequence: number): number {
  let hash = sequence;
  for (let i = FORM; i < length; i++) hash = Math.imul(hash ^ words[i]!, 0x9e3779b1) ^ (hash >>> 15);
  return hash ^ (hash >>> 16);
}

/** Where the IP packet at `at` ends. Not known, and infinite, for large segments whose length the kernel left 0. */
function packetEnd(bytes: Uint8Array, at: number): number {
  const isIpv4 = bytes[at]! >> 4 === 4;
  const lengthAt = at + (isIpv4 ? 2 : 4);
  const length = (bytes[lengthAt]! << 8) | bytes[lengthAt + 1]!;
  if (length === 0) return Infinity;
  return at + length + (isIpv4 ? 0 : IPV6_BYTES);
}

function wordsOf({ words, length }: FlowKey): Uint32Array {
  return words.slice(0, length);
}
