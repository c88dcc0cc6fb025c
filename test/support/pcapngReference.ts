import { readFileSync } from 'node:fs';

/** An option of a block. A list of options ends at code 0. */
export interface ReferenceOption {
  readonly code: number;
  readonly value: Buffer;
}

interface ReferenceInterface {
  readonly linkType: number;
  readonly snapLength: number;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly tsresol: number | undefined;
}

interface ReferencePacket {
  readonly interfaceId: number;
  readonly timestamp: bigint;
  readonly originalLength: number;
  readonly bytes: Buffer;
  readonly flags: number | undefined;
  readonly comments: readonly string[];
  /** The packet's interface. */
  readonly link: ReferenceInterface;
}

export interface ReferenceCapture {
  readonly section: readonly ReferenceOption[];
  readonly interfaces: readonly ReferenceInterface[];
  readonly packets: readonly ReferencePacket[];
  /** Interface ids of the statistics blocks, and their options. */
  readonly statistics: readonly {
    readonly interfaceId: number;
    readonly options: readonly ReferenceOption[];
  }[];
}

/**
 * Reads a little-endian pcapng file of one section, strictly. Throws when the file breaks a rule of the draft for writers:
 * pad bytes that are not zero, lengths that differ, a list of options without an end, an unknown interface.
 */
export function readPcapng(file: Uint8Array): ReferenceCapture {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  const interfaces: ReferenceInterface[] = [];
  const packets: ReferencePacket[] = [];
  const statistics: { interfaceId: number; options: ReferenceOption[] }[] = [];
  let section: ReferenceOption[] | undefined;
  for (let at = 0; at < bytes.length;) {
    const type = bytes.readUInt32LE(at);
    const total = bytes.readUInt32LE(at + 4);
    check(total >= 12 && total % 4 === 0 && at + total <= bytes.length, `block of ${total} at ${at}`);
    check(bytes.readUInt32LE(at + total - 4) === total, `total lengths differ at ${at}`);
    const body = bytes.subarray(at + 8, at + total - 4);
    check((type === 0x0a0d0d0a) === (at === 0), `section header at ${at}`);
    if (type === 0x0a0d0d0a) {
      check(body.readUInt32LE(0) === 0x1a2b3c4d, 'byte-order magic');
      check(body.readUInt32LE(4) === 1, 'version 1.0');
      section = optionsIn(body.subarray(16));
    } else if (type === 1) {
      interfaces.push(readInterface(body));
    } else if (type === 6) {
      packets.push(readPacket(body, interfaces));
    } else if (type === 5) {
      check(body.readUInt32LE(0) < interfaces.length, `statistics of an unknown interface at ${at}`);
      statistics.push({ interfaceId: body.readUInt32LE(0), options: optionsIn(body.subarray(12)) });
    } else {
      throw new Error(`block type ${type} at ${at}`);
    }
    at += total;
  }
  check(section !== undefined, 'an empty file');
  return { section, interfaces, packets, statistics };
}

export function readPcapngFile(path: string): ReferenceCapture {
  return readPcapng(readFileSync(path));
}

/** The drops of a capture, with the facts that must be equal in two conversions of the same drops. */
export function dropsIn(capture: ReferenceCapture): object[] {
  return capture.packets.map(({ bytes, timestamp, originalLength, comments, flags, link }) => ({
    bytes: bytes.toString('hex'),
    timestamp,
    originalLength,
    comments,
    flags,
    linkType: link.linkType,
    name: link.name,
    description: link.description,
  }));
}

function readInterface(body: Buffer): ReferenceInterface {
  const options = optionsIn(body.subarray(8));
  check(body.readUInt16LE(2) === 0, 'reserved field of an interface');
  return {
    linkType: body.readUInt16LE(0),
    snapLength: body.readUInt32LE(4),
    name: textOf(options, 2)[0],
    description: textOf(options, 3)[0],
    tsresol: options.find(({ code }) => code === 9)?.value[0],
  };
}

function readPacket(body: Buffer, interfaces: readonly ReferenceInterface[]): ReferencePacket {
  const interfaceId = body.readUInt32LE(0);
  const captured = body.readUInt32LE(12);
  const originalLength = body.readUInt32LE(16);
  const link = interfaces[interfaceId];
  check(link !== undefined, `packet of an unknown interface ${interfaceId}`);
  check(captured <= originalLength, `captured length ${captured} above original length ${originalLength}`);
  const end = 20 + Math.ceil(captured / 4) * 4;
  check(end <= body.length, `captured length ${captured} in a body of ${body.length}`);
  checkZero(body.subarray(20 + captured, end));
  const options = optionsIn(body.subarray(end));
  return {
    interfaceId,
    timestamp: (BigInt(body.readUInt32LE(4)) << 32n) | BigInt(body.readUInt32LE(8)),
    originalLength,
    bytes: body.subarray(20, 20 + captured),
    flags: options.find(({ code }) => code === 2)?.value.readUInt32LE(),
    comments: textOf(options, 1),
    link,
  };
}

/** The options at the end of a body: none, or a list that ends with opt_endofopt. */
export function optionsIn(bytes: Buffer): ReferenceOption[] {
  const options: ReferenceOption[] = [];
  for (let at = 0; at < bytes.length;) {
    const code = bytes.readUInt16LE(at);
    const length = bytes.readUInt16LE(at + 2);
    const end = at + 4 + length;
    check(end <= bytes.length, `option ${code} of ${length} bytes`);
    const next = at + 4 + Math.ceil(length / 4) * 4;
    checkZero(bytes.subarray(end, next));
    if (code === 0) {
      check(length === 0 && next === bytes.length, 'opt_endofopt is not the end');
      return options;
    }
    options.push({ code, value: bytes.subarray(at + 4, end) });
    at = next;
  }
  check(options.length === 0, 'options without opt_endofopt');
  return options;
}

function textOf(options: readonly ReferenceOption[], code: number): string[] {
  return options.filter((option) => option.code === code).map(({ value }) => value.toString('utf8'));
}

function checkZero(padding: Buffer): void {
  check(
    padding.every((byte) => byte === 0),
    'padding is not zero',
  );
}

function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`malformed pcapng: ${what}`);
}
