import { AsciiWriter } from '../dissect/asciiWriter.js';
import { MAX_DESCRIPTION_BYTES } from '../dissect/describe.js';
import { dumpBytes, type DumpForm, writeDump } from '../dissect/hexDump.js';
import type { DropBatch } from '../drop/batch.js';
import { framedLength } from '../linktype/convert.js';
import { FRAMINGS } from '../linktype/framing.js';
import { encodeValue } from '../metadata/comment.js';
import { repeatedText } from '../metadata/repeatedComment.js';
import { NO_SYMBOLS } from '../symbols/symbolLookup.js';
import { describeDrop, type DescribeOptions } from './describeDrop.js';
import { describePacket, linkHeaderBytes } from './describePacket.js';
import type { BatchEncoder } from './encoder.js';
import { KindCache } from './kindCache.js';
import type { OutputBuffer } from './outputBuffer.js';
import { LineTime, MAX_LINE_TIME_BYTES, type TimeStyle } from './lineTime.js';

/** Columns of a line's number. */
const NUMBER_COLUMNS = 5;
/** Upper limit of a line's bytes without the texts of its kind: its number, its time and the packet's description. */
const REST_BYTES = 32 + MAX_LINE_TIME_BYTES + MAX_DESCRIPTION_BYTES;
/** Upper limit of the details' bytes without the texts of the kind: fixed texts and four numbers. */
const DETAILS_BYTES = 208;

/** A packet's bytes on further lines. */
export interface PacketDump {
  /** As tcpdump's -x (hex), -X (hex and ASCII) and -A (ASCII) print the bytes. */
  readonly form: 'hex' | 'hexAscii' | 'ascii';
  /** Whether the link-level header is printed too, as -xx, -XX and -AA do. */
  readonly linkHeader: boolean;
}

/** Options of a line encoder. */
export interface LineEncoderOptions extends DescribeOptions {
  /** Write all known facts on further lines, and the packet's bytes unless `dump` says how to. */
  readonly verbose?: boolean | undefined;
  /** How lines show the time. Default: the local time of day, and the date when another day begins. */
  readonly timeStyle?: TimeStyle | undefined;
  /** Number the lines, as tcpdump's -# does. */
  readonly numbered?: boolean | undefined;
  /** Describe each packet's link-level header too, as tcpdump's -e does. */
  readonly linkHeader?: boolean | undefined;
  /** Write each packet's bytes on further lines. */
  readonly dump?: PacketDump | undefined;
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

  encode(batch: DropBatch, output: OutputBuffer, from: number = 0, to: number = batch.length): number {
    this.#batch = batch;
    for (let i = from; i < to; i++) this.#encodeDrop(batch, i, output);
    this.#batch = undefined;
    return to - from;
  }

  trailer(): void {}

  #encodeDrop(batch: DropBatch, i: number, output: OutputBuffer): void {
    const { symbols = NO_SYMBOLS, verbose, linkHeader = false, dump } = this.#options;
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
    describePacket(line, payload, originalLength, batch.protocol[i]!, framing, linkHeader);
    output.length = line.text('\n').at;
    if (verbose) this.#writeDetails(batch, i, output, texts.details, payload.length, originalLength);
    if (dump) {
      const start = dump.linkHeader ? 0 : linkHeaderBytes(payload, framing);
      this.#writeDump(output, payload.subarray(start), dump.form);
    } else if (verbose) {
      this.#writeDump(output, payload, 'bytes');
    }
  }

  #writeDetails(
    batch: DropBatch,
    i: number,
    output: OutputBuffer,
    details: string,
    length: number,
    originalLength: number,
  ): void {
    output.reserve(details.length + DETAILS_BYTES);
    const line = this.#writer;
    line.begin(output.bytes, output.length);
    line.text('\t').text(details);
    const lost = batch.lostBefore[i]!;
    if (lost !== 0) line.text(', ').number(lost).text(' drops lost before');
    const repeated = batch.repeatedBefore[i]!;
    if (repeated !== 0) line.text(', ').text(repeatedText(repeated));
    line.text(', ').text(FRAMINGS[batch.framing[i]!]!.description);
    line.text(', captured ').number(length).text(' of ').number(originalLength).text(' bytes\n');
    output.length = line.at;
  }

  #writeDump(output: OutputBuffer, packet: Uint8Array, form: DumpForm): void {
    output.reserve(dumpBytes(packet.length));
    this.#writer.begin(output.bytes, output.length);
    writeDump(this.#writer, packet, form);
    output.length = this.#writer.at;
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
  const index = `ifindex${ifindex}${drop.otherNamespace ? '[another-namespace]' : ''}`;
  // A name that may be another device's: a device of another network namespace can have the same index.
  const guess = drop.interfaceNameSource === 'devices' ? '?' : '';
  const port =
    drop.interfaceName === undefined ? (ifindex === undefined ? '-' : index) : drop.interfaceName + guess;
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
