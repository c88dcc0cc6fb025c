import { HOST_LITTLE_ENDIAN } from '../bytes.js';
import type { DropBatch } from '../drop.js';
import { NLA_HDRLEN, NLA_TYPE_MASK } from '../netlink/constants.js';
import {
  NET_DM_ATTR_ORIG_LEN,
  NET_DM_ATTR_PAYLOAD,
  NET_DM_ATTR_PROTO,
  NET_DM_ATTR_TIMESTAMP,
} from './constants.js';

const SLOTS = 4096;
/** Templates before they are learned anew: a quarter of the slots keeps look-ups short. */
const MAX_TEMPLATES = SLOTS / 4;
/** No kernel's alert has more bytes of metadata, or more attributes. */
const MAX_WORDS = 256;
const MAX_ATTRIBUTES = 12;

// First words of attributes, little-endian: nla_len, nla_type.
const TIMESTAMP_HEAD = (NLA_HDRLEN + 8) | (NET_DM_ATTR_TIMESTAMP << 16);
const ORIG_LEN_HEAD = (NLA_HDRLEN + 4) | (NET_DM_ATTR_ORIG_LEN << 16);
const PROTO_HEAD = (NLA_HDRLEN + 2) | (NET_DM_ATTR_PROTO << 16);
/** Words from the time stamp's attribute to the payload's bytes. */
const TAIL_WORDS = 8;

/** Columns that alerts of one place have in common. */
interface Template {
  /** Everything before the time stamp. */
  readonly words: Int32Array;
  readonly origin: number;
  readonly pcLow: number;
  readonly pcHigh: number;
  readonly ifindex: number;
  readonly reason: number;
  readonly symbol: number;
  readonly trap: number;
  readonly trapGroup: number;
  readonly interfaceName: number;
  readonly cookie: number;
}

/**
 * Alerts of one place begin with the same bytes: all that the kernel writes before the time stamp. They are compared
 * as words with those of alerts that were decoded before, whose columns are taken over; test/bench/decode.bench.ts has what
 * that saves. Only of the form that kernels send, of little-endian hosts on little-endian hosts; all else is left to
 * the decoder. Bounded, and emptied with the batch's strings, whose ids it keeps.
 */
export class AlertTemplates {
  #strings: DropBatch['strings'] | undefined;
  readonly #slots = new Int16Array(SLOTS);
  #templates: Template[] = [];
  /** Where the last look-up found the time stamp (0: nowhere), and the slot for its template. */
  #tail = 0;
  #slot = 0;

  /**
   * Appends the alert whose attributes lie from `start` to `end` of the batch's arena as its next row, if it is like one
   * that `learn` was told of.
   * @returns whether it was; the batch is unchanged when not.
   */
  decode(batch: DropBatch, start: number, end: number): boolean {
    const { words } = batch;
    this.#tail = 0;
    if (!HOST_LITTLE_ENDIAN || (start & 3) !== 0 || !words) return false;
    const template = this.#find(batch.strings, words, start >> 2, end >> 2);
    if (!template) return false;
    const tail = this.#tail;
    const payloadLength = (words[tail + TAIL_WORDS - 1]! & 0xffff) - NLA_HDRLEN;
    const row = batch.length++;
    batch.origin[row] = template.origin;
    batch.pcLow[row] = template.pcLow;
    batch.pcHigh[row] = template.pcHigh;
    batch.ifindex[row] = template.ifindex;
    batch.reason[row] = template.reason;
    batch.symbol[row] = template.symbol;
    batch.trap[row] = template.trap;
    batch.trapGroup[row] = template.trapGroup;
    batch.interfaceName[row] = template.interfaceName;
    batch.cookie[row] = template.cookie;
    batch.timestampLow[row] = words[tail + 1]!;
    batch.timestampHigh[row] = words[tail + 2]!;
    batch.protocol[row] = words[tail + 6]! & 0xffff;
    batch.payloadOffset[row] = (tail + TAIL_WORDS) << 2;
    batch.payloadLength[row] = payloadLength;
    batch.originalLength[row] = Math.max(words[tail + 4]! >>> 0, payloadLength);
    return true;
  }

  /** Remembers the batch's last row, which the decoder made of the alert that `decode` did not know. */
  learn(batch: DropBatch, start: number): void {
    const { words } = batch;
    if (this.#tail === 0 || !words) return;
    const row = batch.length - 1;
    this.#slots[this.#slot] = this.#templates.push({
      words: words.slice(start >> 2, this.#tail),
      origin: batch.origin[row]!,
      pcLow: batch.pcLow[row]!,
      pcHigh: batch.pcHigh[row]!,
      ifindex: batch.ifindex[row]!,
      reason: batch.reason[row]!,
      symbol: batch.symbol[row]!,
      trap: batch.trap[row]!,
      trapGroup: batch.trapGroup[row]!,
      interfaceName: batch.interfaceName[row]!,
      cookie: batch.cookie[row]!,
    });
  }

  /** Sets `#tail` where the alert has the usual form, and `#slot`. Offsets are in words. */
  #find(strings: DropBatch['strings'], words: Int32Array, start: number, end: number): Template | undefined {
    if (strings !== this.#strings || this.#templates.length === MAX_TEMPLATES) {
      this.#strings = strings;
      this.#slots.fill(0);
      this.#templates = [];
    }
    const tail = findTail(words, start, end);
    if (tail < 0) return undefined;
    this.#tail = tail;
    let hash = tail - start;
    for (let at = start; at < tail; at++) hash = Math.imul(hash ^ words[at]!, 0x9e3779b1) ^ (hash >>> 15);
    for (let slot = hash & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const number = this.#slots[slot]!;
      if (number === 0) {
        this.#slot = slot;
        return undefined;
      }
      const template = this.#templates[number - 1]!;
      if (equals(template.words, words, start, tail)) return template;
    }
  }
}

/**
 * Where the time stamp's attribute begins, if ORIG_LEN, PROTO and PAYLOAD follow it, and nothing else; -1 else. Nothing at or
 * behind `end` is looked at.
 */
function findTail(words: Int32Array, start: number, end: number): number {
  let at = start;
  for (let i = 0; i < MAX_ATTRIBUTES && end - at >= TAIL_WORDS && at - start < MAX_WORDS; i++) {
    const head = words[at]!;
    if (head === TIMESTAMP_HEAD) {
      const payload = words[at + TAIL_WORDS - 1]!;
      const usual =
        words[at + 3] === ORIG_LEN_HEAD &&
        words[at + 5] === PROTO_HEAD &&
        ((payload >>> 16) & NLA_TYPE_MASK) === NET_DM_ATTR_PAYLOAD &&
        at + TAIL_WORDS - 1 + (((payload & 0xffff) + 3) >> 2) === end;
      return usual && (payload & 0xffff) >= NLA_HDRLEN ? at : -1;
    }
    const length = head & 0xffff;
    if (length < NLA_HDRLEN) return -1;
    at += (length + 3) >> 2;
  }
  return -1;
}

function equals(template: Int32Array, words: Int32Array, start: number, tail: number): boolean {
  if (template.length !== tail - start) return false;
  for (let i = 0; i < template.length; i++) if (template[i] !== words[start + i]) return false;
  return true;
}
