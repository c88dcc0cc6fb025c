import { readFileSync } from 'node:fs';
import type { CaptureRecord } from './captureFiles.js';
import { FAMILY_ID } from './netlinkBytes.js';
import { recordingPath } from './tools.js';

/** Bytes of the cooked header, of nlmsghdr and genlmsghdr, and of an attribute's header. */
const COOKED = 16;
const HEADERS = 20;
const ATTRIBUTE_HEADER = 4;
const PACKET_ALERT = 5;

/** A packet alert as this reference reads it. A missing attribute is undefined. */
export interface ReferenceAlert {
  /** Number of the alert's record, from 1, as in tshark. */
  readonly record: number;
  readonly origin: number;
  readonly pc: bigint | undefined;
  readonly reason: string | undefined;
  readonly symbol: string | undefined;
  readonly trapGroup: string | undefined;
  readonly trap: string | undefined;
  readonly ifindex: number | undefined;
  readonly portName: string | undefined;
  readonly timestampNs: bigint;
  readonly originalLength: number;
  readonly protocol: number | undefined;
  readonly payload: Buffer;
  /** Offset of the payload in its record. */
  readonly payloadAt: number;
}

/** The records of a recording in samples/: little-endian pcap with microseconds. */
export function readRecording(name: string): CaptureRecord[] {
  const file = readFileSync(recordingPath(name));
  if (file.readUInt32LE(0) !== 0xa1b2c3d4) throw new Error(`${name} is of another form`);
  const records: CaptureRecord[] = [];
  for (let at = 24; at < file.length;) {
    const length = file.readUInt32LE(at + 8);
    records.push({
      bytes: file.subarray(at + 16, at + 16 + length),
      originalLength: file.readUInt32LE(at + 12),
      timestampNs: BigInt(file.readUInt32LE(at)) * 1_000_000_000n + BigInt(file.readUInt32LE(at + 4)) * 1000n,
    });
    at += 16 + length;
  }
  return records;
}

/**
 * The packet alerts in records of a little-endian host. Each record must hold one message. The family's id is fixed here,
 * so no reply of nlctrl is needed. Throws when a record is not as the kernel writes it.
 */
export function alertsOf(records: readonly CaptureRecord[]): ReferenceAlert[] {
  return records.flatMap(({ bytes }, i) => {
    const record = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (record.readUInt16BE(14) !== 16) return [];
    if (record.length < COOKED + HEADERS || record.readUInt16LE(COOKED + 4) !== FAMILY_ID) return [];
    if (record[COOKED + 16] !== PACKET_ALERT) return [];
    return [readAlert(record, i + 1)];
  });
}

function readAlert(record: Buffer, number: number): ReferenceAlert {
  const end = COOKED + record.readUInt32LE(COOKED);
  const top = attributesIn(record, COOKED + HEADERS, end);
  const port = top.get(4);
  const inside = port ? attributesIn(record, port.at, port.at + port.value.length) : new Map<number, Place>();
  const text = (place: Place | undefined) => place?.value.toString('latin1').replace(/\0.*$/s, '');
  const payload = top.get(7);
  return {
    record: number,
    origin: required(top.get(14)).value.readUInt16LE(),
    pc: top.get(2)?.value.readBigUInt64LE(),
    reason: text(top.get(23)),
    symbol: text(top.get(3)),
    trapGroup: text(top.get(15)),
    trap: text(top.get(16)),
    ifindex: inside.get(0)?.value.readUInt32LE(),
    portName: text(inside.get(1)),
    timestampNs: required(top.get(5)).value.readBigUInt64LE(),
    originalLength: required(top.get(10)).value.readUInt32LE(),
    protocol: top.get(6)?.value.readUInt16LE(),
    payload: payload?.value ?? Buffer.alloc(0),
    payloadAt: payload?.at ?? -1,
  };
}

interface Place {
  readonly at: number;
  readonly value: Buffer;
}

function attributesIn(record: Buffer, start: number, end: number): Map<number, Place> {
  const found = new Map<number, Place>();
  for (let at = start; at < end;) {
    const length = record.readUInt16LE(at);
    if (length < ATTRIBUTE_HEADER || at + length > end) throw new Error(`an attribute of ${length} at ${at}`);
    found.set(record.readUInt16LE(at + 2) & 0x3fff, {
      at: at + ATTRIBUTE_HEADER,
      value: record.subarray(at + ATTRIBUTE_HEADER, at + length),
    });
    at += Math.ceil(length / 4) * 4;
  }
  return found;
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('an alert lacks an attribute that all alerts have');
  return value;
}
