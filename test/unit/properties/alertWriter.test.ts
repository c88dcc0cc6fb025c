import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DropBatch } from '../../../src/drop/batch.js';
import { AlertDecoder } from '../../../src/dropmon/alertDecoder.js';
import { FRAMING_ETHERNET } from '../../../src/linktype/framing.js';
import { AlertWriter } from '../../../src/dropmon/alertWriter.js';
import { type AlertFields, attribute, packetAlert } from '../../support/netlinkBytes.js';
import { alertFields, batchOver, GUARD, guarded } from '../../support/properties.js';
import { alertsOf, readRecording } from '../../support/recordingReference.js';

const FAMILY = 0x23;
const order = fc.boolean();

/** A batch with one drop, decoded from a message. */
function decoded(message: Uint8Array, little: boolean): DropBatch {
  const { batch, view, start } = batchOver(message);
  new AlertDecoder(null).decode(batch, view, start, message.length, little);
  expect(batch).toHaveLength(1);
  return batch;
}

/**
 * The message that a writer writes for the first drop of a batch. Fails when the writer writes outside of its room.
 */
function written(batch: DropBatch, omitAddresses = false): Buffer {
  const writer = new AlertWriter(omitAddresses);
  const length = batch.payloadLength[0]!;
  const total = writer.measure(batch, 0, length);
  const { arena, start, end } = guarded(new Uint8Array(total).fill(0x77));
  writer.write(
    batch,
    0,
    FAMILY,
    batch.arena,
    batch.payloadOffset[0]!,
    length,
    batch.originalLength[0]!,
    arena,
    start,
    total,
  );
  expect(arena.subarray(0, start).every((byte) => byte === GUARD)).toBe(true);
  expect(arena.subarray(end).every((byte) => byte === GUARD)).toBe(true);
  return Buffer.from(arena.subarray(start, end));
}

function dropOf(batch: DropBatch) {
  batch.framing[0] = FRAMING_ETHERNET; // No source resolves the framing here.
  const drop = batch.record(0);
  return drop.with({ payload: Buffer.from(drop.payload) });
}

describe('AlertWriter', () => {
  test('writes any alert as the kernel does, byte for byte', () => {
    fc.assert(
      fc.property(alertFields, order, (fields, little) => {
        const message = packetAlert(asKernel(fields), little, FAMILY);
        expect(written(decoded(message, little))).toEqual(message);
      }),
      { numRuns: 500 },
    );
  });

  test('leaves out only the addresses with omitAddresses', () => {
    fc.assert(
      fc.property(alertFields, order, (fields, little) => {
        const batch = decoded(packetAlert(asKernel(fields), little, FAMILY), little);
        const expected = packetAlert(asKernel({ ...fields, pc: undefined }), little, FAMILY);
        expect(written(batch, true)).toEqual(expected);
        const named = { ...fields, symbol: '0xffffffffc0123456' };
        const address = decoded(packetAlert(asKernel(named), little, FAMILY), little);
        const without = packetAlert(asKernel({ ...named, symbol: undefined, pc: undefined }), little, FAMILY);
        expect(written(address, true)).toEqual(without);
      }),
    );
  });

  test.each(['nlmon', 'dwdump', 'nlmon-trunc64', 'dwdump-trunc64'])(
    'writes the bytes of every alert of the recording %s',
    (name) => {
      const records = readRecording(name);
      for (const { record } of alertsOf(records)) {
        const message = Buffer.from(records[record - 1]!.bytes.subarray(16));
        expect(written(decoded(message, true))).toEqual(message);
      }
    },
  );

  test.each<[string, Partial<AlertFields>]>([
    ['a reason as long as an attribute', { reason: 'r'.repeat(65_530) }],
    ['a device name as long as a nest', { ifindex: 5, portName: 'n'.repeat(65_510) }],
    ['a payload as long as an attribute', { payload: new Uint8Array(65_531).fill(0x61) }],
    ['a cookie as long as an attribute', { cookie: new Uint8Array(65_531).fill(0x61) }],
  ])('writes %s in a form that is read again', (_, fields) => {
    const message = packetAlert({ timestampNs: 1n, originalLength: 70_000, ...fields }, true, FAMILY);
    const batch = decoded(message, true);
    const again = dropOf(decoded(written(batch), true));
    const { interfaceName, cookie, ...rest } = dropOf(batch);
    expect(again).toMatchObject(rest);
    // Texts longer than any kernel's may lose some bytes.
    expect((interfaceName ?? '').startsWith(again.interfaceName ?? '')).toBe(true);
    expect(again.cookie?.length ?? 0).toBeGreaterThanOrEqual((cookie?.length ?? 0) - 1);
  });

  test('writes a name without NUL, as long as a nest, in a form that is read again', () => {
    const name = Buffer.alloc(65_519, 0x6e);
    const port = Buffer.concat([attribute(0, Buffer.of(5, 0, 0, 0)), attribute(1, name)]);
    const bare = packetAlert({ timestampNs: 1n, originalLength: 0 }, true, FAMILY);
    const message = Buffer.concat([bare, attribute(0x8004, port.subarray(0, 65_531))]);
    message.writeUInt32LE(message.length, 0);
    const again = dropOf(decoded(written(decoded(message, true)), true));
    expect(again.ifindex).toBe(5);
    expect(again.interfaceName).toMatch(/^n{65000,}$/);
  });
});

/** As a kernel sends an alert: the payload is not longer than the packet, and an empty payload is left out. */
function asKernel(fields: AlertFields): AlertFields {
  const payload = fields.payload?.length ? fields.payload : undefined;
  return { ...fields, payload, originalLength: Math.max(fields.originalLength, payload?.length ?? 0) };
}
