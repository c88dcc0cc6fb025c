import { padded, u16, u32 } from './netlinkBytes.js';

const LINKTYPE_NETLINK = 253;
const NANOSECONDS = 1_000_000_000n;

/** A packet of a capture file. */
export interface CaptureRecord {
  readonly bytes: Uint8Array;
  readonly originalLength: number;
  readonly timestampNs: bigint;
}

export interface PcapForm {
  readonly little?: boolean;
  readonly nanoseconds?: boolean;
  readonly linkType?: number;
}

/** Records that hold these bytes completely. Their time stamps are one second apart. */
export function recordsOf(...bytes: Uint8Array[]): CaptureRecord[] {
  return bytes.map((record, i) => ({
    bytes: record,
    originalLength: record.length,
    timestampNs: BigInt(i + 1) * NANOSECONDS,
  }));
}

/** A pcap file. */
export function pcapFile(records: readonly CaptureRecord[], form: PcapForm = {}): Buffer {
  const { little = true, nanoseconds = false, linkType = LINKTYPE_NETLINK } = form;
  const header = [
    u32(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, little),
    u16(2, little),
    u16(4, little),
    Buffer.alloc(8),
    u32(262_144, little),
    u32(linkType, little),
  ];
  const unit = nanoseconds ? 1n : 1000n;
  return Buffer.concat([
    ...header,
    ...records.flatMap(({ bytes, originalLength, timestampNs }) => [
      u32(Number(timestampNs / NANOSECONDS), little),
      u32(Number((timestampNs % NANOSECONDS) / unit), little),
      u32(bytes.length, little),
      u32(originalLength, little),
      bytes,
    ]),
  ]);
}

/** An option of a pcapng block. */
export function option(code: number, value: Uint8Array, little: boolean): Buffer {
  return padded(Buffer.concat([u16(code, little), u16(value.length, little), value]));
}

/** A pcapng block around a body whose length is a multiple of 4. */
export function block(type: number, body: Uint8Array, little: boolean): Buffer {
  const total = u32(12 + body.length, little);
  return Buffer.concat([u32(type, little), total, body, total]);
}

export function sectionHeader(little: boolean, ...options: Uint8Array[]): Buffer {
  const fixed = [u32(0x1a2b3c4d, little), u16(1, little), u16(0, little), Buffer.alloc(8, 0xff)];
  return block(0x0a0d0d0a, Buffer.concat([...fixed, ...options]), little);
}

export function interfaceDescription(
  little: boolean,
  linkType: number = LINKTYPE_NETLINK,
  snapLength = 0,
  ...options: Uint8Array[]
): Buffer {
  const fixed = [u16(linkType, little), u16(0, little), u32(snapLength, little)];
  return block(1, Buffer.concat([...fixed, ...options]), little);
}

export function enhancedPacket(
  record: CaptureRecord,
  little: boolean,
  interfaceId = 0,
  ...options: Uint8Array[]
): Buffer {
  return block(
    6,
    Buffer.concat([u32(interfaceId, little), ...packetBody(record, little), ...options]),
    little,
  );
}

/** The obsolete packet block: interface id and drops count have 16 bits each. */
export function obsoletePacket(record: CaptureRecord, little: boolean, interfaceId = 0): Buffer {
  const ids = [u16(interfaceId, little), u16(0xffff, little)];
  return block(2, Buffer.concat([...ids, ...packetBody(record, little)]), little);
}

/** The simple packet block: interface 0, no time stamp. */
export function simplePacket(record: CaptureRecord, little: boolean): Buffer {
  return block(3, Buffer.concat([u32(record.originalLength, little), padded(record.bytes)]), little);
}

function packetBody(record: CaptureRecord, little: boolean): Buffer[] {
  const microseconds = record.timestampNs / 1000n;
  return [
    u32(Number(microseconds >> 32n), little),
    u32(Number(microseconds & 0xffffffffn), little),
    u32(record.bytes.length, little),
    u32(record.originalLength, little),
    padded(record.bytes),
  ];
}
