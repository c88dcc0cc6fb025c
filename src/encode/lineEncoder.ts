import { describeEthernet, describeIp, describeProtocol } from '../dissect/describe.js';
import type { DeviceTable } from '../device.js';
import type { DropBatch, DropRecord } from '../drop.js';
import {
  FRAMING_CAN,
  FRAMING_ETHERNET,
  FRAMING_IPOIB,
  FRAMING_RAW,
  FRAMINGS,
  IPOIB_HEADER_BYTES,
} from '../linktype/framing.js';
import { DEVICE_TYPE_UNKNOWN, resolveFraming } from '../linktype/resolve.js';
import { u32 } from '../bytes.js';
import { encodeValue, withoutAddresses } from './comment.js';
import { NO_SYMBOLS, type SymbolLookup } from '../symbols/symbolLookup.js';
import type { BatchEncoder } from './encoder.js';
import { resolveInterfaceName } from './interfaceName.js';

const EMPTY = new Uint8Array(0);
const HEX_BYTES_PER_LINE = 16;

/** How a line encoder writes. */
export interface LineEncoderOptions {
  readonly devices: DeviceTable;
  /** Names for program counters; where they know none, and by default, the kernel's own text is used. */
  readonly symbols?: SymbolLookup | undefined;
  /** Leave program counters out. */
  readonly omitAddresses?: boolean | undefined;
  /** With every fact that is known, and the packet's bytes, on further lines. */
  readonly verbose?: boolean | undefined;
}

/**
 * Encodes drops as text for people, a line a drop: local time, interface, reason (or trap), symbol, and what the
 * packet's headers say, in the manner of tcpdump. Every character is printable ASCII, whatever the packet holds.
 */
export class LineEncoder implements BatchEncoder {
  readonly #devices: DeviceTable;
  readonly #symbols: SymbolLookup;
  readonly #omitAddresses: boolean;
  readonly #verbose: boolean;

  constructor(options: LineEncoderOptions) {
    this.#devices = options.devices;
    this.#symbols = options.symbols ?? NO_SYMBOLS;
    this.#omitAddresses = options.omitAddresses ?? false;
    this.#verbose = options.verbose ?? false;
  }

  header(): Uint8Array {
    return EMPTY;
  }

  encode(batch: DropBatch): Uint8Array {
    let text = '';
    for (let i = 0; i < batch.length; i++) text += this.#line(batch, i);
    return Buffer.from(text, 'latin1');
  }

  trailer(): Uint8Array {
    return EMPTY;
  }

  #line(batch: DropBatch, i: number): string {
    const record = batch.record(i);
    const drop = this.#omitAddresses ? withoutAddresses(record) : record;
    const littleEndian = batch.littleEndian[i] === 1;
    const device = this.#devices.get(drop.ifindex ?? 0);
    const framing = resolveFraming(
      batch.arena,
      batch.payloadOffset[i]!,
      batch.payloadLength[i]!,
      batch.protocol[i]!,
      drop.originalLength,
      device?.type ?? DEVICE_TYPE_UNKNOWN,
      littleEndian,
    );
    const { name } = resolveInterfaceName(this.#devices, drop.ifindex ?? 0, drop.interfaceName, framing);
    const port = name ?? (drop.ifindex === undefined ? '-' : `ifindex${drop.ifindex}`);
    const why = drop.reason ?? drop.trap ?? '-';
    const place = this.#symbols.resolve(batch.pcHigh[i]!, batch.pcLow[i]!, record.symbol);
    const module = place?.module === undefined ? '' : `[${place.module}]`;
    const where = place ? place.symbol + module : (drop.symbol ?? drop.trapGroup ?? '-');
    const facts = [port, why, where.replaceAll(' ', '')].map((value) => encodeValue(value));
    const packet = describePacket(drop, framing, littleEndian);
    const line = `${timeText(drop.timestampNs)} ${facts.join(' ')} ${packet}\n`;
    return this.#verbose ? line + details(drop, framing) : line;
  }
}

function describePacket(drop: DropRecord, framing: number, littleEndian: boolean): string {
  const { payload, originalLength, protocol } = drop;
  switch (framing) {
    case FRAMING_ETHERNET:
      return describeEthernet(payload, originalLength);
    case FRAMING_RAW:
      return describeIp(payload, originalLength);
    case FRAMING_IPOIB:
      return describeIp(payload.subarray(IPOIB_HEADER_BYTES), originalLength - IPOIB_HEADER_BYTES);
    case FRAMING_CAN:
      if (payload.length < 4) break;
      return `CAN, id 0x${(u32(payload, 0, littleEndian) & 0x1fffffff).toString(16)}, length ${originalLength}`;
  }
  const known = protocol === undefined ? undefined : describeProtocol(protocol, payload, originalLength);
  const number = protocol === undefined ? '' : `, protocol 0x${protocol.toString(16).padStart(4, '0')}`;
  return known ?? `${FRAMINGS[framing]!.description}${number}, length ${originalLength}`;
}

/** Local time of day with microseconds, as tcpdump prints it. */
function timeText(timestampNs: bigint): string {
  const date = new Date(Number(timestampNs / 1_000_000n));
  const two = (value: number) => value.toString().padStart(2, '0');
  const micros = ((timestampNs / 1000n) % 1_000_000n).toString().padStart(6, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${micros}`;
}

/** Everything known of a drop, and its bytes in hex and ASCII. */
function details(drop: DropRecord, framing: number): string {
  const facts = [
    `origin ${drop.origin}`,
    drop.programCounter === undefined ? undefined : `pc 0x${drop.programCounter.toString(16)}`,
    drop.trapGroup === undefined ? undefined : `trap group ${encodeValue(drop.trapGroup)}`,
    drop.ifindex === undefined ? 'no input device' : `ifindex ${drop.ifindex}`,
    drop.protocol === undefined ? undefined : `protocol 0x${drop.protocol.toString(16).padStart(4, '0')}`,
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
