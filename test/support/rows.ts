import type { DropBatch } from '../../src/drop/batch.js';
import { type KindFacts, KindTable } from '../../src/drop/kind.js';
import { FRAMING_ETHERNET } from '../../src/linktype/framing.js';
import { batchIn } from './encoding.js';

/** 2026-01-01 00:00:00 UTC. */
export const START_NS = 1_767_225_600_000_000_000n;
const ETH_P_IP = 0x0800;

/** A drop as a test writes it. */
export interface DropRow {
  readonly packet: Uint8Array;
  /** Nanoseconds after START_NS. */
  readonly at?: number;
  readonly reason?: string;
  /** `function+0xOFFSET/0xSIZE [module]`. */
  readonly symbolText?: string;
  readonly interfaceName?: string;
  readonly protocol?: number;
  readonly framing?: number;
  readonly lost?: number;
  readonly repeated?: number;
}

function factsOf({ reason = 'NO_SOCKET', symbolText, interfaceName }: DropRow): KindFacts {
  return {
    origin: 'software',
    reason,
    symbolText,
    interfaceName,
    programCounter: 0xffffffff81000000n,
    deviceType: 1,
    littleEndian: true,
  };
}

/** A batch of these drops, all whole. */
export function batchOfRows(rows: readonly DropRow[], kinds: KindTable = new KindTable()): DropBatch {
  const batch = batchIn(Uint8Array.from(Buffer.concat(rows.map(({ packet }) => packet))), rows.length, kinds);
  let offset = 0;
  for (const [i, row] of rows.entries()) {
    const time = START_NS + BigInt(row.at ?? 0);
    batch.kind[i] = kinds.intern(factsOf(row)).id;
    batch.timestampHigh[i] = Number(time >> 32n);
    batch.timestampLow[i] = Number(time & 0xffffffffn);
    batch.protocol[i] = row.protocol ?? ETH_P_IP;
    batch.framing[i] = row.framing ?? FRAMING_ETHERNET;
    batch.payloadOffset[i] = offset;
    batch.payloadLength[i] = row.packet.length;
    batch.originalLength[i] = row.packet.length;
    batch.lostBefore[i] = row.lost ?? 0;
    batch.repeatedBefore[i] = row.repeated ?? 0;
    offset += row.packet.length;
  }
  batch.length = rows.length;
  return batch;
}
