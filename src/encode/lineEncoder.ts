import { be16, u32 } from '../bytes.js';
import { describeEthernet, describeIp, describeProtocol } from '../dissect/describe.js';
import type { DropBatch } from '../drop/batch.js';
import type { DropRecord } from '../drop/record.js';
import {
  FRAMING_CAN,
  FRAMING_ETHERNET,
  FRAMING_IPOIB,
  FRAMING_RAW,
  FRAMING_SLL,
  FRAMING_SLL2,
  FRAMINGS,
  SLL_HEADER_BYTES,
} from '../linktype/framing.js';
import { SLL2_HEADER_BYTES } from '../linktype/sll2.js';
import { encodeValue } from '../metadata/comment.js';
import { describeDrop, type DescribeOptions } from './describeDrop.js';
import type { BatchEncoder } from './encoder.js';
import type { OutputBuffer } from './outputBuffer.js';

const HEX_BYTES_PER_LINE = 16;

/** Options of a line encoder. */
export interface LineEncoderOptions extends DescribeOptions {
  /** Write all known facts and the packet's bytes on further lines. */
  readonly verbose?: boolean | undefined;
}

/**
 * Encodes drops as text for people, one line a drop: local time, interface, reason (or trap), symbol, and a summary of
 * the packet's headers like tcpdump's. Every character is printable ASCII, whatever the packet contains.
 */
export class LineEncoder implements BatchEncoder {
  readonly #options: LineEncoderOptions;

  constructor(options: LineEncoderOptions = {}) {
    this.#options = options;
  }

  header(): void {}

  encode(batch: DropBatch, output: OutputBuffer): number {
    let text = '';
    for (let i = 0; i < batch.length; i++) text += this.#line(batch, i);
    output.append(Buffer.from(text, 'latin1'));
    return batch.length;
  }

  trailer(): void {}

  #line(batch: DropBatch, i: number): string {
    const drop = describeDrop(batch, i, this.#options);
    const port = drop.interfaceName ?? (drop.ifindex === undefined ? '-' : `ifindex${drop.ifindex}`);
    const why = drop.reason ?? drop.trap ?? '-';
    const module = drop.module === undefined ? '' : `[${drop.module}]`;
    const where = drop.symbol === undefined ? (drop.trapGroup ?? '-') : drop.symbol + module;
    const facts = [port, why, where].map((value) => encodeValue(value));
    const framing = batch.framing[i]!;
    const packet = describePacket(drop, framing);
    const line = `${timeText(drop.timestampNs)} ${facts.join(' ')} ${packet}\n`;
    return this.#options.verbose ? line + details(drop, framing) : line;
  }
}

function describePacket(drop: DropRecord, framing: number): string {
  const { payload, originalLength, protocol } = drop;
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
      return describeCooked(drop, framing, SLL_HEADER_BYTES, protocol);
    case FRAMING_SLL2:
      return describeCooked(drop, framing, SLL2_HEADER_BYTES, be16(payload, 0));
  }
  return describeOther(framing, protocol, originalLength);
}

function describeCooked(
  { payload, originalLength }: DropRecord,
  framing: number,
  headerBytes: number,
  protocol: number | undefined,
): string {
  const length = Math.max(originalLength - headerBytes, 0);
  const known =
    protocol === undefined ? undefined : describeProtocol(protocol, payload.subarray(headerBytes), length);
  return known ?? describeOther(framing, protocol, length);
}

function describeOther(framing: number, protocol: number | undefined, length: number): string {
  const number = protocol === undefined ? '' : `, protocol 0x${protocol.toString(16).padStart(4, '0')}`;
  return `${FRAMINGS[framing]!.description}${number}, length ${length}`;
}

/** Local time of day with microseconds, as tcpdump prints it. */
function timeText(timestampNs: bigint): string {
  const date = new Date(Number(timestampNs / 1_000_000n));
  const two = (value: number) => value.toString().padStart(2, '0');
  const micros = ((timestampNs / 1000n) % 1_000_000n).toString().padStart(6, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${micros}`;
}

/** All known facts of a drop, and its bytes in hex and ASCII. */
function details(drop: DropRecord, framing: number): string {
  const facts = [
    `origin ${drop.origin}`,
    drop.programCounter === undefined ? undefined : `pc 0x${drop.programCounter.toString(16)}`,
    drop.trapGroup === undefined ? undefined : `trap group ${encodeValue(drop.trapGroup)}`,
    drop.ifindex === undefined ? 'no input device' : `ifindex ${drop.ifindex}`,
    drop.protocol === undefined ? undefined : `protocol 0x${drop.protocol.toString(16).padStart(4, '0')}`,
    drop.lostBefore === 0 ? undefined : `${drop.lostBefore} drops lost before`,
    FRAMINGS[framing]!.description,
    `captured ${drop.payload.length} of ${drop.originalLength} bytes`,
  ];
  let text = `\t${facts.filter((fact) => fact !== undefined).join(', ')}\n`;
  for (let at = 0; at < drop.payload.length; at += HEX_BYTES_PER_LINE) {
    const row = drop.payload.subarray(at, at + HEX_BYTES_PER_LINE);
    const hexes = Array.from(row, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const characters = Array.from(row, (byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
    );
    text += `\t0x${at.toString(16).padStart(4, '0')}:  ${hexes.padEnd(HEX_BYTES_PER_LINE * 3)} ${characters.join('')}\n`;
  }
  return text;
}
