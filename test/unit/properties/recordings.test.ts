import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError, MalformedInputError } from '../../../src/errors.js';
import { PcapReader } from '../../../src/pcap/reader.js';
import { READ_MORE, READ_PACKET, type RecordReader } from '../../../src/pcap/recordReader.js';
import { PcapngReader } from '../../../src/pcapng/reader.js';
import { openRecording } from '../../../src/source/file/recording.js';
import type { DropSource } from '../../../src/source/source.js';
import {
  enhancedPacket,
  interfaceDescription,
  obsoletePacket,
  pcapFile,
  sectionHeader,
  simplePacket,
} from '../../support/captureFiles.js';
import { anyBytes, changes, guarded } from '../../support/properties.js';
import { alertsOf, readRecording } from '../../support/recordingReference.js';
import { recordingPath, temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();
const records = readRecording('nlmon').slice(0, 40);
const pcapngOf = (little: boolean) =>
  Buffer.concat([
    sectionHeader(little),
    interfaceDescription(little),
    ...records.map((record, i) => [enhancedPacket, simplePacket, obsoletePacket][i % 3]!(record, little)),
  ]);
const files = [pcapFile(records), pcapFile(records, { little: false }), pcapngOf(true), pcapngOf(false)];
const changed = fc.tuple(fc.constantFrom(...files), changes).map(([file, change]) => change(file));

interface Found {
  readonly at: number;
  readonly consumed: number;
  readonly offset: number;
  readonly length: number;
  readonly originalLength: number;
}

/**
 * The results of a reader for complete bytes. Undefined as the last result: the reader threw the error that it may
 * throw.
 */
function* packetsIn(
  reader: RecordReader,
  arena: Uint8Array,
  start: number,
  end: number,
): Generator<Found | undefined> {
  const view = new DataView(arena.buffer);
  try {
    for (let at = start; at < end; at += reader.consumed) {
      const kind = reader.next(view, at, end, at - start);
      if (kind === READ_MORE) return;
      if (reader.consumed <= 0) throw new Error('the reader does not move');
      const { consumed, offset, length, originalLength } = reader;
      if (kind === READ_PACKET) yield { at, consumed, offset, length, originalLength };
    }
  } catch (error) {
    if (!(error instanceof MalformedInputError)) throw error;
    yield undefined;
  }
}

describe.each<[string, () => RecordReader]>([
  ['PcapReader, little-endian', () => new PcapReader(true)],
  ['PcapReader, big-endian', () => new PcapReader(false)],
  ['PcapngReader', () => new PcapngReader()],
])('%s over any bytes', (_, open) => {
  test('ends, stays inside the bytes, and throws only MalformedInputError', () => {
    fc.assert(
      fc.property(fc.oneof(anyBytes(400), changed), (bytes) => {
        const { arena, start, end } = guarded(bytes);
        const found = [...packetsIn(open(), arena, start, end)].filter((packet) => packet !== undefined);
        expect(found.length).toBeLessThanOrEqual(bytes.length / 12);
        for (const { at, consumed, offset, length, originalLength } of found) {
          expect(offset).toBeGreaterThan(at);
          expect(offset + length).toBeLessThanOrEqual(Math.min(at + consumed, end));
          expect(originalLength).toBeGreaterThanOrEqual(length);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('finds the same whatever bytes are after the end', () => {
    fc.assert(
      fc.property(fc.oneof(anyBytes(400), changed), (bytes) => {
        const outcome = (around: number) => {
          const { arena, start, end } = guarded(bytes);
          arena.fill(around, 0, start).fill(around, end);
          return [...packetsIn(open(), arena, start, end)];
        };
        expect(outcome(0)).toEqual(outcome(1));
      }),
    );
  });
});

interface Outcome {
  readonly drops: number;
  readonly counted: number;
  readonly error: unknown;
}

async function readFile(path: string): Promise<Outcome> {
  let source: DropSource | undefined;
  let drops = 0;
  let error: unknown;
  try {
    source = await openRecording(path);
    for await (const batch of source) {
      for (const drop of batch) {
        drops++;
        expect(drop.payload.length).toBeLessThanOrEqual(drop.originalLength);
      }
      batch.release();
    }
  } catch (thrown) {
    error = thrown;
  }
  const { malformed, alertCopies } = (await source?.statistics()) ?? { malformed: 0, alertCopies: 0 };
  await source?.close();
  return { drops, counted: malformed + alertCopies, error };
}

describe('openRecording', () => {
  test('reads a changed recording to its end, or throws one of its errors', async () => {
    const path = join(folder, 'changed');
    await fc.assert(
      fc.asyncProperty(changed, async (bytes) => {
        writeFileSync(path, bytes);
        const { drops, counted, error } = await readFile(path);
        expect(drops + counted).toBeLessThanOrEqual(bytes.length / 40);
        const errors = [InputError, MalformedInputError];
        expect([undefined, ...errors.map(({ name }) => name)]).toContain((error as Error | undefined)?.name);
      }),
      { numRuns: 150 },
    );
  });

  test('gives every alert before the cut of a recording', async () => {
    const whole = readFileSync(recordingPath('nlmon'));
    const all = readRecording('nlmon');
    const ends: number[] = [];
    let at = 24;
    for (const { bytes } of all) ends.push((at += 16 + bytes.length));
    const alerts = alertsOf(all);
    const path = join(folder, 'cut');
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length), async (length) => {
        writeFileSync(path, whole.subarray(0, length));
        const { drops, error } = await readFile(path);
        expect(drops).toBe(alerts.filter(({ record }) => ends[record - 1]! <= length).length);
        const atEdge = ends.includes(length);
        expect(error === undefined).toBe(atEdge);
      }),
      { numRuns: 100 },
    );
  });

  test('gives the drops before bytes that are not valid', async () => {
    const path = join(folder, 'senseless');
    const whole = pcapFile(records);
    const alerts = alertsOf(records).length;
    writeFileSync(path, Buffer.concat([whole, Buffer.alloc(16, 0xff)]));
    const { drops, error } = await readFile(path);
    expect(error).toBeInstanceOf(MalformedInputError);
    expect(drops).toBe(alerts);
  });
});
