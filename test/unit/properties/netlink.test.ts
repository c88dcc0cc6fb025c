import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_PROTOCOL } from '../../../src/drop/batch.js';
import { splitSymbol } from '../../../src/drop/symbol.js';
import { FRAMING_ETHERNET } from '../../../src/linktype/framing.js';
import { AlertDecoder } from '../../../src/dropmon/alertDecoder.js';
import { PacketAlertDecoder } from '../../../src/dropmon/packetAlert.js';
import { decodeConfig, decodeStats } from '../../../src/dropmon/replies.js';
import { decodeSummaryAlert } from '../../../src/dropmon/summaryAlert.js';
import { decodeAck } from '../../../src/netlink/ack.js';
import { AttributeCursor } from '../../../src/netlink/attributeCursor.js';
import { decodeFamily } from '../../../src/netlink/family.js';
import { messagesOf } from '../../../src/netlink/message.js';
import { decodeLink } from '../../../src/netlink/rtnetlink.js';
import { attribute, familyAnswer, netlinkMessage, newLink, packetAlert } from '../../support/netlinkBytes.js';
import { alertFields, anyBytes, batchOver, changes, guarded } from '../../support/properties.js';
import { alertsOf, readRecording } from '../../support/recordingReference.js';

const order = fc.boolean();
const records = readRecording('nlmon');
/** Real alerts, without the cooked header. */
const realAlerts = alertsOf(records).map(({ record }) =>
  Buffer.from(records[record - 1]!.bytes.subarray(16)),
);
const realAlert = fc.constantFrom(...realAlerts);

describe('AttributeCursor over any bytes', () => {
  test('moves forward, stays inside the bytes, and ends', () => {
    fc.assert(
      fc.property(anyBytes(200), order, (bytes, little) => {
        const { arena, start, end } = guarded(bytes);
        const cursor = new AttributeCursor();
        cursor.reset(new DataView(arena.buffer), start, end, little);
        let last = start;
        let count = 0;
        while (cursor.next()) {
          count++;
          expect(cursor.offset).toBeGreaterThanOrEqual(last + 4);
          expect(cursor.length).toBeGreaterThanOrEqual(0);
          expect(cursor.offset + cursor.length).toBeLessThanOrEqual(end);
          expect(cursor.bytes()).toHaveLength(cursor.length);
          expect(cursor.text().length).toBeLessThanOrEqual(cursor.length);
          last = cursor.offset + cursor.length;
        }
        expect(count).toBeLessThanOrEqual(bytes.length / 4);
        expect(cursor.cutLength).toBeLessThanOrEqual(Math.max(-1, end - start - 4));
      }),
    );
  });

  test('finds all written attributes', () => {
    const list = fc.array(fc.record({ type: fc.nat(0x3fff), value: fc.uint8Array({ maxLength: 40 }) }));
    fc.assert(
      fc.property(list, order, (attributes, little) => {
        const { arena, start, end } = guarded(
          Buffer.concat(attributes.map(({ type, value }) => attribute(type, value, little))),
        );
        const cursor = new AttributeCursor();
        cursor.reset(new DataView(arena.buffer), start, end, little);
        const found: object[] = [];
        while (cursor.next()) found.push({ type: cursor.type, value: Uint8Array.from(cursor.bytes()) });
        expect(cursor.failed).toBe(false);
        expect(found).toEqual(attributes);
      }),
    );
  });
});

describe('messagesOf and the decoders of messages over any bytes', () => {
  const sources = fc.oneof(
    anyBytes(200),
    fc
      .tuple(
        fc.constantFrom(
          familyAnswer(),
          newLink(5, 1, 'eth0'),
          netlinkMessage(
            { type: 2, flags: 0x200 },
            Buffer.concat([Buffer.alloc(20), attribute(1, Buffer.from('no\0'))]),
          ),
          netlinkMessage(
            { type: 3, flags: 0x202 },
            Buffer.concat([Buffer.alloc(4), attribute(1, Buffer.from('no\0'))]),
          ),
          netlinkMessage({ type: 35 }, Buffer.concat([Buffer.of(7, 2, 0, 0), attribute(1, Buffer.of(1))])),
          netlinkMessage(
            { type: 35 },
            Buffer.concat([Buffer.of(9, 2, 0, 0), attribute(12, attribute(0, Buffer.alloc(8)))]),
          ),
        ),
        changes,
      )
      .map(([bytes, change]) => change(bytes)),
  );

  test('end, stay inside the bytes, and never throw', () => {
    fc.assert(
      fc.property(sources, order, (bytes, little) => {
        const { arena, start, end } = guarded(bytes);
        let last = start;
        for (const message of messagesOf(arena, little, start, end)) {
          expect(message.start).toBeGreaterThanOrEqual(last + 16);
          expect(message.end).toBeLessThanOrEqual(end);
          last = message.start;
          expect(decodeAck(message)?.errno ?? 0).toBeGreaterThanOrEqual(0);
          expect(decodeFamily(message)?.id).not.toBe(0);
          expect(decodeLink(message)?.ifindex ?? 1).toBeGreaterThan(0);
          const config = decodeConfig(message);
          expect(config === undefined || config.queueLength >= 0).toBe(true);
          expect(decodeStats(message)?.softwareDropped ?? 0n).toBeGreaterThanOrEqual(0n);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('never read bytes after the end', () => {
    const decodeAll = (arena: Uint8Array, start: number, end: number, little: boolean) =>
      Array.from(messagesOf(arena, little, start, end), (message) => [
        decodeAck(message),
        decodeFamily(message),
        decodeLink(message),
        decodeConfig(message),
        decodeStats(message),
      ]);
    fc.assert(
      fc.property(sources, order, (bytes, little) => {
        const { arena, start, end } = guarded(bytes);
        const before = decodeAll(arena, start, end, little);
        arena.fill(0, 0, start).fill(0x01, end);
        expect(decodeAll(arena, start, end, little)).toEqual(before);
      }),
    );
  });
});

describe('decodeSummaryAlert over any bytes', () => {
  test('gives no more entries than the bytes have room for', () => {
    const point = fc.tuple(fc.nat(4), fc.uint8Array({ maxLength: 60 })).map(([count, bytes]) => {
      const entries = Buffer.alloc(4);
      entries.writeUInt32LE(count);
      return attribute(0, Buffer.concat([entries, bytes]));
    });
    fc.assert(
      fc.property(fc.oneof(anyBytes(200), point), order, (bytes, little) => {
        const { arena, start, end } = guarded(bytes);
        const entries = decodeSummaryAlert(new DataView(arena.buffer), start, end, little) ?? [];
        expect(entries.length * 4).toBeLessThanOrEqual(bytes.length);
        for (const { count } of entries) expect(count).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('PacketAlertDecoder', () => {
  test('decodes the values of any alert', () => {
    fc.assert(
      fc.property(alertFields, order, (fields, little) => {
        const message = packetAlert(fields, little);
        const { batch, view, start, end } = batchOver(message.subarray(20));
        expect(new PacketAlertDecoder().decode(batch, view, start, end, false, little)).toBe(true);
        batch.framing[0] = FRAMING_ETHERNET; // No source resolves the framing here.
        const { payload, ...drop } = batch.record(0);
        expect({ ...drop, payload: Uint8Array.from(payload) }).toEqual({
          origin: fields.hardware ? 'hardware' : 'software',
          timestampNs: fields.timestampNs,
          reason: fields.reason,
          ...(fields.symbol === undefined
            ? { symbol: undefined, module: undefined }
            : splitSymbol(fields.symbol)),
          programCounter: fields.pc,
          trap: fields.trap,
          trapGroup: fields.trapGroup,
          ifindex: fields.ifindex,
          interfaceName: fields.portName,
          interfaceNameSource: fields.portName === undefined ? undefined : 'alert',
          lostBefore: 0,
          repeatedBefore: 0,
          linkType: 1,
          cookie: fields.cookie,
          protocol: fields.protocol,
          originalLength: Math.max(fields.originalLength, fields.payload?.length ?? 0),
          payload: fields.payload ?? new Uint8Array(0),
        });
      }),
    );
  });

  test('keeps exactly the available bytes of a cut payload', () => {
    fc.assert(
      fc.property(alertFields, fc.nat(), (fields, cut) => {
        const payload = fields.payload ?? new Uint8Array(0);
        const whole = packetAlert({ ...fields, payload }).subarray(20);
        const payloadAt = whole.length - Math.ceil(payload.length / 4) * 4;
        const left = cut % (payload.length + 1);
        const { batch, view, start } = batchOver(whole);
        expect(
          new PacketAlertDecoder().decode(batch, view, start, start + payloadAt + left, true, true),
        ).toBe(true);
        expect(Buffer.from(batch.payload(0))).toEqual(Buffer.from(payload.subarray(0, left)));
      }),
    );
  });
});

describe('AlertDecoder over changed alerts', () => {
  const input = fc.oneof(
    anyBytes(200),
    fc
      .tuple(
        fc.oneof(
          realAlert,
          alertFields.map((fields) => packetAlert(fields)),
        ),
        changes,
      )
      .map(([bytes, change]) => change(bytes)),
  );

  test('decodes each alert to a drop inside its message, or counts the alert', () => {
    fc.assert(
      fc.property(input, order, (bytes, little) => {
        const { batch, view, start, end } = batchOver(bytes);
        const decoder = new AlertDecoder(null);
        decoder.decode(batch, view, start, end - start, little);
        const { malformed, alertCopies } = decoder.counters;
        expect(batch.length + malformed + alertCopies).toBeLessThanOrEqual(1);
        const command = bytes[16];
        expect(batch.length + malformed + alertCopies === 1 || command !== 5).toBe(true);
        for (let row = 0; row < batch.length; row++) {
          expect(batch.payloadOffset[row]).toBeGreaterThanOrEqual(start);
          expect(batch.payloadOffset[row]! + batch.payloadLength[row]!).toBeLessThanOrEqual(end);
          expect(batch.originalLength[row]).toBeGreaterThanOrEqual(batch.payloadLength[row]!);
          expect(batch.protocol[row]).toBeGreaterThanOrEqual(NO_PROTOCOL);
          batch.framing[row] = FRAMING_ETHERNET; // No source resolves the framing here.
          expect(batch.record(row).payload).toHaveLength(batch.payloadLength[row]!);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('gives the same result whatever bytes are after the end', () => {
    const outcome = (bytes: Uint8Array, around: number) => {
      const { batch, view, start, end } = batchOver(bytes);
      batch.arena.fill(around, 0, start).fill(around, end);
      const decoder = new AlertDecoder(null);
      decoder.decode(batch, view, start, end - start, true);
      batch.framing.fill(FRAMING_ETHERNET); // No source resolves the framing here.
      const drops = Array.from(batch, (drop) => drop.copy());
      return [drops, decoder.counters, decoder.unknownAttributes];
    };
    fc.assert(
      fc.property(input, (bytes) => {
        expect(outcome(bytes, 0)).toEqual(outcome(bytes, 1));
      }),
    );
  });
});
