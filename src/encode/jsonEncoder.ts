import type { DropBatch } from '../drop/batch.js';
import { toKindJson } from '../drop/json.js';
import type { DropRecord } from '../drop/record.js';
import { align4 } from '../bytes.js';
import { KindCache } from './kindCache.js';
import { putHex, putNumber } from '../asciiDigits.js';
import { describeDrop, type DescribeOptions } from './describeDrop.js';
import type { BatchEncoder } from './encoder.js';
import { FRAMED_FORM } from './framedForm.js';
import type { OutputBuffer } from './outputBuffer.js';
import { TIME_TEXT_BYTES, TimeText } from './timeText.js';
import { NO_SYMBOLS } from '../symbols/symbolLookup.js';

const TIME = Buffer.from('{"time":"');
const LOST_BEFORE = Buffer.from(',"lostBefore":');
const REPEATED_BEFORE = Buffer.from(',"repeatedBefore":');
const CAPTURED_LENGTH = Buffer.from(',"capturedLength":');
const ORIGINAL_LENGTH = Buffer.from(',"originalLength":');
const PACKET = Buffer.from(',"packet":"');
const END = Buffer.from('"}\n');
/** Upper limit of a line's bytes without its facts and its packet: fixed texts, the time and four numbers. */
const REST_BYTES = 160 + TIME_TEXT_BYTES;

/** Encodes drops as NDJSON in ASCII: one object a line. docs/drop.schema.json describes the objects. */
export class JsonEncoder implements BatchEncoder {
  readonly #options: DescribeOptions;
  /** The middle of a line, which drops of one kind, protocol and framing share. */
  readonly #facts = new KindCache<Uint8Array>();
  readonly #time = new TimeText();
  /** The batch that is being encoded. `#build`, which is made only once, reads it. */
  #batch: DropBatch | undefined;
  readonly #build = (i: number): Uint8Array => {
    return Buffer.from(factsText(describeDrop(this.#batch!, i, this.#options)), 'latin1');
  };

  constructor(options: DescribeOptions = {}) {
    this.#options = options;
  }

  header(): void {}

  encode(batch: DropBatch, output: OutputBuffer, from: number = 0, to: number = batch.length): number {
    this.#batch = batch;
    for (let i = from; i < to; i++) this.#encodeDrop(batch, i, output);
    this.#batch = undefined;
    return to - from;
  }

  trailer(): void {}

  #encodeDrop(batch: DropBatch, i: number, output: OutputBuffer): void {
    const { version } = this.#options.symbols ?? NO_SYMBOLS;
    const facts = this.#facts.get(batch, i, version, this.#build);
    const length = FRAMED_FORM.measure(batch, i);
    const lost = batch.lostBefore[i]!;
    const repeated = batch.repeatedBefore[i]!;
    output.reserve(facts.length + 2 * length + REST_BYTES);
    const { bytes, view } = output;
    let at = put(bytes, output.length, TIME);
    at = this.#time.write(bytes, at, batch.timestampHigh[i]!, batch.timestampLow[i]!);
    at = put(bytes, at, facts);
    if (lost !== 0) at = putNumber(bytes, put(bytes, at, LOST_BEFORE), lost);
    if (repeated !== 0) at = putNumber(bytes, put(bytes, at, REPEATED_BEFORE), repeated);
    at = putNumber(bytes, put(bytes, at, CAPTURED_LENGTH), length);
    at = putNumber(bytes, put(bytes, at, ORIGINAL_LENGTH), FRAMED_FORM.originalLength(batch, i, length));
    at = put(bytes, at, PACKET);
    // Write the packet's bytes after the first half of the digits' room, then the digits.
    const packet = align4(at + length);
    FRAMED_FORM.write(batch, i, output, packet, length);
    at = putHex(bytes, view, at, packet, length);
    output.length = put(bytes, at, END);
  }
}

/** For longer texts, `set` is faster. */
const MAX_LOOP_BYTES = 32;

function put(bytes: Uint8Array, at: number, text: Uint8Array): number {
  if (text.length > MAX_LOOP_BYTES) bytes.set(text, at);
  else for (let i = 0; i < text.length; i++) bytes[at + i] = text[i]!;
  return at + text.length;
}

/** The end of a line's time stamp, then the members that drops of one kind, protocol and framing share. */
function factsText(drop: DropRecord): string {
  return `Z",${ascii(JSON.stringify(toKindJson(drop))).slice(1, -1)}`;
}

/** Escapes every character outside ASCII: names are bytes in an unknown encoding. */
function ascii(json: string): string {
  return json.replace(/[^\u0020-\u007e]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
