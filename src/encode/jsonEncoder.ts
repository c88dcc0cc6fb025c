import type { DropBatch } from '../drop.js';
import type { DropRecord } from '../dropRecord.js';
import { hex } from '../bytes.js';
import { AnnotationCache } from './annotationCache.js';
import { describeDrop, type DescribeOptions } from './describeDrop.js';
import type { BatchEncoder } from './encoder.js';
import { FRAMED_FORM } from './framedForm.js';
import { OutputBuffer } from './outputBuffer.js';
import { nanosecondsOf, secondsOf } from './timestamp.js';
import { NO_SYMBOLS } from '../symbols/symbolLookup.js';

const EMPTY = new Uint8Array(0);
const HEX_DIGITS = Buffer.from('0123456789abcdef');
/** Digits of a time stamp behind its seconds. */
const FRACTION_DIGITS = 9;
const ZERO = 0x30;

/** Encodes drops as NDJSON, an object a line, ASCII; docs/drop.schema.json describes the objects. */
export class JsonEncoder implements BatchEncoder {
  readonly #options: DescribeOptions;
  readonly #output = new OutputBuffer();
  /** What drops at one place have in common: the middle of their lines. */
  readonly #facts = new AnnotationCache<Uint8Array>();
  /** One packet, on its way to become digits: `length` stays 0. */
  readonly #packet = new OutputBuffer();
  /** The second whose text was made last: many drops share one. */
  #second = -1;
  #secondText: Uint8Array = EMPTY;
  /** The batch that is being encoded: what builds facts, which is made once, needs it. */
  #batch: DropBatch | undefined;
  readonly #build = (i: number): Uint8Array => {
    return Buffer.from(factsText(describeDrop(this.#batch!, i, this.#options)), 'latin1');
  };

  constructor(options: DescribeOptions = {}) {
    this.#options = options;
  }

  header(): Uint8Array {
    return EMPTY;
  }

  encode(batch: DropBatch): Uint8Array {
    this.#output.swap();
    this.#batch = batch;
    for (let i = 0; i < batch.length; i++) this.#encodeDrop(batch, i);
    this.#batch = undefined;
    return this.#output.written();
  }

  trailer(): Uint8Array {
    return EMPTY;
  }

  #encodeDrop(batch: DropBatch, i: number): void {
    const { version } = this.#options.symbols ?? NO_SYMBOLS;
    this.#time(batch.timestampHigh[i]!, batch.timestampLow[i]!);
    this.#output.append(this.#facts.get(batch, i, version, this.#build));
    const length = FRAMED_FORM.measure(batch, i);
    const originalLength = FRAMED_FORM.originalLength(batch, i, length);
    const lost = batch.lostBefore[i]!;
    if (lost !== 0) this.#text(`,"lostBefore":${lost}`);
    this.#text(`,"capturedLength":${length},"originalLength":${originalLength},"packet":"`);
    this.#packet.reserve(length);
    FRAMED_FORM.write(batch, i, this.#packet, 0, length);
    this.#hex(this.#packet.bytes, length);
    this.#text('"}\n');
  }

  #time(high: number, low: number): void {
    const second = secondsOf(high, low);
    if (second !== this.#second) {
      this.#second = second;
      const text = new Date(second * 1000).toISOString().slice(0, -'.000Z'.length);
      this.#secondText = Buffer.from(`{"time":"${text}.`, 'latin1');
    }
    const output = this.#output;
    output.append(this.#secondText);
    output.reserve(FRACTION_DIGITS);
    let rest = nanosecondsOf(high, low);
    for (let digit = FRACTION_DIGITS - 1; digit >= 0; digit--) {
      output.bytes[output.length + digit] = ZERO + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    output.length += FRACTION_DIGITS;
  }

  #text(text: string): void {
    const output = this.#output;
    output.reserve(text.length);
    for (let i = 0; i < text.length; i++) output.bytes[output.length + i] = text.charCodeAt(i);
    output.length += text.length;
  }

  #hex(packet: Uint8Array, length: number): void {
    const output = this.#output;
    output.reserve(2 * length);
    const { bytes } = output;
    let at = output.length;
    for (let i = 0; i < length; i++) {
      const byte = packet[i]!;
      bytes[at++] = HEX_DIGITS[byte >> 4]!;
      bytes[at++] = HEX_DIGITS[byte & 15]!;
    }
    output.length = at;
  }
}

/** The end of a line's time stamp, and the members that drops at one place share. */
function factsText(drop: DropRecord): string {
  const { programCounter, cookie } = drop;
  const members: [string, string | number | undefined][] = [
    ['origin', drop.origin],
    ['reason', drop.reason],
    ['symbol', drop.symbol],
    ['module', drop.module],
    ['pc', programCounter === undefined ? undefined : `0x${programCounter.toString(16)}`],
    ['trap', drop.trap],
    ['trapGroup', drop.trapGroup],
    ['interface', drop.interfaceName],
    ['interfaceNameSource', drop.interfaceNameSource],
    ['ifindex', drop.ifindex],
    ['protocol', drop.protocol],
    ['cookie', cookie && hex(cookie, 0, cookie.length)],
    ['linkType', drop.linkType],
  ];
  const known = members.filter(([, value]) => value !== undefined);
  return `Z",${known.map(([name, value]) => `"${name}":${ascii(JSON.stringify(value))}`).join(',')}`;
}

/** JSON with every character outside of ASCII escaped: names are bytes without an encoding. */
function ascii(json: string): string {
  return json.replace(/[^\u0020-\u007e]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
