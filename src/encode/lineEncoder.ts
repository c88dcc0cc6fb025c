import { be16, u32 } from '../bytes.js';
import { describeEthernet, describeIp, describeProtocol } from '../dissect/describe.js';
import { type DropBatch, NO_PROTOCOL } from '../drop/batch.js';
import {
  FRAMING_CAN,
  FRAMING_ETHERNET,
  FRAMING_IPOIB,
  FRAMING_RAW,
  FRAMING_SLL,
  FRAMINGS,
  SLL_HEADER_BYTES,
} from '../linktype/framing.js';
import { cookedHeaderOf } from '../linktype/cooked.js';
import { framedLength } from '../linktype/convert.js';
import { encodeValue } from '../metadata/comment.js';
import { NO_SYMBOLS } from '../symbols/symbolLookup.js';
import { describeDrop, type DescribeOptions } from './describeDrop.js';
import type { BatchEncoder } from './encoder.js';
import { KindCache } from './kindCache.js';
import type { OutputBuffer } from './outputBuffer.js';
import { LineTime, type TimeStyle } from './lineTime.js';

const HEX_BYTES_PER_LINE = 16;

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

  readonly #time: LineTime;
  #lines = 0;

  constructor(options: LineEncoderOptions = {}) {
    this.#options = options;
    this.#time = new LineTime(options.timeStyle);
  }

  header(): void {}

  encode(batch: DropBatch, output: OutputBuffer): number {
    this.#batch = batch;
    let text = '';
    for (let i = 0; i < batch.length; i++) text += this.#line(batch, i);
    this.#batch = undefined;
    output.append(Buffer.from(text, 'latin1'));
    return batch.length;
  }

  trailer(): void {}

  #line(batch: DropBatch, i: number): string {
    const { version } = this.#options.symbols ?? NO_SYMBOLS;
    const texts = this.#texts.get(batch, i, version, this.#build);
    const framing = batch.framing[i]!;
    const payload = batch.framedPayload(i);
    const originalLength = framedLength(framing, batch.originalLength[i]!);
    const packet = describePacket(payload, originalLength, batch.protocol[i]!, framing);
    const number = this.#options.numbered ? `${(++this.#lines).toString().padStart(5)}  ` : '';
    const time = this.#time.next(batch.timestampHigh[i]!, batch.timestampLow[i]!);
    const line = `${number}${time}${texts.facts} ${packet}\n`;
    if (!this.#options.verbose) return line;
    const lost = batch.lostBefore[i]!;
    const losses = lost === 0 ? '' : `, ${lost} drops lost before`;
    const captured = `captured ${payload.length} of ${originalLength} bytes`;
    return `${line}\t${texts.details}${losses}, ${FRAMINGS[framing]!.description}, ${captured}\n${hexDump(payload)}`;
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

/** @param protocol ETH_P_*, or NO_PROTOCOL. */
function describePacket(
  payload: Uint8Array,
  originalLength: number,
  protocol: number,
  framing: number,
): string {
  switch (framing) {
    case FRAMING_ETHERNET:
      return describeEthernet(payload, originalLength);
    case FRAMING_RAW:
    case FRAMING_IPOIB:
      return describeIp(payload, originalLength);
    case FRAMING_CAN:
      if (payload.length < 4) break;
      return `CAN, id 0x${(u32(payload, 0, false) & 0x1fffffff).toString(16)}, length ${originalLength}`;
    case FRAMING_SLL:
      return describeCooked(payload, originalLength, framing, SLL_HEADER_BYTES, protocol);
  }
  const header = cookedHeaderOf(framing);
  if (header) {
    const type = be16(payload, header.protocol);
    return describeCooked(payload, originalLength, framing, header.bytes, type);
  }
  return describeOther(framing, protocol, originalLength);
}

function describeCooked(
  payload: Uint8Array,
  originalLength: number,
  framing: number,
  headerBytes: number,
  protocol: number,
): string {
  const length = Math.max(originalLength - headerBytes, 0);
  const known =
    protocol === NO_PROTOCOL ? undefined : describeProtocol(protocol, payload.subarray(headerBytes), length);
  return known ?? describeOther(framing, protocol, length);
}

function describeOther(framing: number, protocol: number, length: number): string {
  const number = protocol === NO_PROTOCOL ? '' : `, protocol ${protocolText(protocol)}`;
  return `${FRAMINGS[framing]!.description}${number}, length ${length}`;
}

function protocolText(protocol: number): string {
  return `0x${protocol.toString(16).padStart(4, '0')}`;
}

/** The packet's bytes in hex and ASCII. */
function hexDump(payload: Uint8Array): string {
  let text = '';
  for (let at = 0; at < payload.length; at += HEX_BYTES_PER_LINE) {
    const row = payload.subarray(at, at + HEX_BYTES_PER_LINE);
    const hexes = Array.from(row, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const characters = Array.from(row, (byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
    );
    text += `\t0x${at.toString(16).padStart(4, '0')}:  ${hexes.padEnd(HEX_BYTES_PER_LINE * 3)} ${characters.join('')}\n`;
  }
  return text;
}
