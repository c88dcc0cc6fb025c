import { AsciiWriter } from '../dissect/asciiWriter.js';
import { MAX_DESCRIPTION_BYTES } from '../dissect/describe.js';
import { hexDumpBytes, writeHexDump } from '../dissect/hexDump.js';
import type { DropBatch } from '../drop/batch.js';
import { framedLength } from '../linktype/convert.js';
import { FRAMINGS } from '../linktype/framing.js';
import { encodeValue } from '../metadata/comment.js';
import { NO_SYMBOLS } from '../symbols/symbolLookup.js';
import { describeDrop, type DescribeOptions } from './describeDrop.js';
import { describePacket } from './describePacket.js';
import type { BatchEncoder } from './encoder.js';
import { KindCache } from './kindCache.js';
import type { OutputBuffer } from './outputBuffer.js';
import { LineTime, MAX_LINE_TIME_BYTES, type TimeStyle } from './lineTime.js';

/** Columns of a line's number. */
const NUMBER_COLUMNS = 5;
/** Upper limit of a line's bytes without the texts of its kind: its number, its time and the packet's description. */
const REST_BYTES = 32 + MAX_LINE_TIME_BYTES + MAX_DESCRIPTION_BYTES;
/** Upper limit of the details' bytes without the texts of the kind: fixed texts and three numbers. */
const DETAILS_BYTES = 160;

/** Options of a line encoder. */
export interface LineEncoderOptions extends DescribeOptions {
  /** Write all known facts and the packet's bytes on further lines. */
  readonly verbose?: boolean | undefined;
  /** How lines show the time. Default: the local time of day, and the date when another day begins. */
  readonly timeStyle?: TimeStyle | undefined;
  /** Number the lines, as tcpdump's -# does. */
  readonly numbered?: boolean | undefined;
}

/**
 * Encodes drops as text for people, one line a drop: local time, interface, reason (or trap), symbol, and a summary of
 * the packet's headers like tcpdump's. Every character is printable ASCII, whatever the packet contains.
 */
export class LineEncoder implements BatchEncoder {
  readonly #options: LineEncoderOptions;
  /** Texts of what drops of one kind, protocol and framing have in common. */
  readonly #texts = new KindCache<KindTexts>();
  /** The batch of the current call. `#build`, which is made once, needs it. */
  #batch: DropBatch | undefined;
  readonly #build = (i: number): KindTexts => buildTexts(this.#batch!, i, this.#options);

  readonly #writer = new AsciiWriter();
  readonly #time: LineTime;
  #lines = 0;

  constructor(options: LineEncoderOptions = {}) {
    this.#options = options;
    this.#time = new LineTime(options.timeStyle);
  }

  header(): void {}

  encode(batch: DropBatch, output: OutputBuffer): number {
    this.#batch = batch;
    for (let i = 0; i < batch.length; i++) this.#encodeDrop(batch, i, output);
    this.#batch = undefined;
    return batch.length;
  }

  trailer(): void {}

  #encodeDrop(batch: DropBatch, i: number, output: OutputBuffer): void {
    const { symbols = NO_SYMBOLS, verbose } = this.#options;
    const texts = this.#texts.get(batch, i, symbols.version, this.#build);
    const framing = batch.framing[i]!;
    const payload = batch.framedPayload(i);
    const originalLength = framedLength(framing, batch.originalLength[i]!);
    output.reserve(texts.facts.length + REST_BYTES);
    const line = this.#writer;
    line.begin(output.bytes, output.length);
    if (this.#options.numbered) this.#writeNumber(line);
    this.#time.write(line, batch.timestampHigh[i]!, batch.timestampLow[i]!);
    line.text(texts.facts).text(' ');
    describePacket(line, payload, originalLength, batch.protocol[i]!, framing);
    output.length = line.text('\n').at;
    if (!verbose) return;
    output.reserve(texts.details.length + DETAILS_BYTES + hexDumpBytes(payload.length));
    line.begin(output.bytes, output.length);
    line.text('\t').text(texts.details);
    const lost = batch.lostBefore[i]!;
    if (lost !== 0) line.text(', ').number(lost).text(' drops lost before');
    line.text(', ').text(FRAMINGS[framing]!.description);
    line.text(', captured ').number(payload.length).text(' of ').number(originalLength).text(' bytes\n');
    writeHexDump(line, payload);
    output.length = line.at;
  }

  #writeNumber(line: AsciiWriter): void {
    const number = ++this.#lines;
    for (let least = 10 ** (NUMBER_COLUMNS - 1); number < least; least /= 10) line.text(' ');
    line.number(number).text('  ');
  }
}

interface KindTexts {
  /** Interface, reason or trap, symbol or trap group. */
  readonly facts: string;
  /** What `-v` prints besides. */
  readonly details: string;
}

function buildTexts(batch: DropBatch, i: number, options: LineEncoderOptions): KindTexts {
  const drop = describeDrop(batch, i, options);
  const { programCounter, trapGroup, ifindex, protocol } = drop;
  const port = drop.interfaceName ?? (ifindex === undefined ? '-' : `ifindex${ifindex}`);
  const why = drop.reason ?? drop.trap ?? '-';
  const module = drop.module === undefined ? '' : `[${drop.module}]`;
  const where = drop.symbol === undefined ? (trapGroup ?? '-') : drop.symbol + module;
  const details = [
    `origin ${drop.origin}`,
    programCounter === undefined ? undefined : `pc 0x${programCounter.toString(16)}`,
    trapGroup === undefined ? undefined : `trap group ${encodeValue(trapGroup)}`,
    ifindex === undefined ? 'no input device' : `ifindex ${ifindex}`,
    protocol === undefined ? undefined : `protocol ${protocolText(protocol)}`,
  ];
  return {
    facts: [port, why, where].map((value) => encodeValue(value)).join(' '),
    details: details.filter((fact) => fact !== undefined).join(', '),
  };
}

function protocolText(protocol: number): string {
  return `0x${protocol.toString(16).padStart(4, '0')}`;
}
