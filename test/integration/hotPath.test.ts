import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { HotPath } from '../../src/binding/hotPath.js';
import { loadHotPath } from '../../src/binding/load.js';
import { viewOf } from '../../src/bytes.js';
import { DEVICE_KINDS, DEVICE_WORDS, FRAMING_UNRESOLVED } from '../../src/drop/layout.js';
import { ADDRESS_FILTER_BYTES, DeviceTable } from '../../src/drop/device.js';
import type { DropBatch } from '../../src/drop/batch.js';
import { KindTable } from '../../src/drop/kind.js';
import { AlertDecoder } from '../../src/dropmon/alertDecoder.js';
import { FRAMED_FORM } from '../../src/encode/framedForm.js';
import { PcapngEncoder } from '../../src/encode/pcapngEncoder.js';
import { SLL2_FORM } from '../../src/encode/cookedForm.js';
import { PcapReader } from '../../src/pcap/reader.js';
import { READ_MORE, READ_PACKET } from '../../src/pcap/recordReader.js';
import { FRAMING_RAW } from '../../src/linktype/framing.js';
import { DeviceResolver } from '../../src/source/deviceResolver.js';
import { netlinkLayout } from '../../src/source/file/netlinkRecord.js';
import { RecordingScanner } from '../../src/source/file/recordingScanner.js';
import { generatedBatches, type GeneratedBatches } from '../support/batches.js';
import { batchIn, bytesOf, fileOf, headerOf, trailerOf } from '../support/encoding.js';
import { pcapFile, recordsOf } from '../support/captureFiles.js';
import { FAMILY_ID, familyAnswer, GENERIC, netlinkRecord, packetAlert } from '../support/netlinkBytes.js';
import { ethernet, ipv4, ipv6 } from '../support/packetBytes.js';
import { alertsWithPackets, changes, kernelText } from '../support/properties.js';
import { readRecording } from '../support/recordingReference.js';

const hotPath = loadHotPath()!;
/** Rows of a batch: more than twice the messages of a list. */
const CAPACITY = 64;
/** GENL_ID_CTRL. */
const NLCTRL = 16;
const HERE = {
  pc: 1n,
  symbol: 'here',
  timestampNs: 1n,
  originalLength: 60,
  protocol: 0x800,
  payload: new Uint8Array(60),
};

/** Alerts of one to three kinds, most of them repeated. Some have changed bytes. */
const messages = fc
  .tuple(
    fc.array(alertsWithPackets, { minLength: 1, maxLength: 3 }),
    fc.array(fc.tuple(fc.nat(), fc.option(changes, { nil: undefined, freq: 4 })), {
      minLength: 2,
      maxLength: 12,
    }),
  )
  .map(([kinds, picks]) =>
    picks.map(([pick, change]) => {
      const bytes = packetAlert(kinds[pick % kinds.length]!, true);
      return change ? change(bytes) : bytes;
    }),
  );
const devices = fc
  .array(fc.tuple(kernelText, fc.constantFrom(1, 32, 768, 772, 803, 0xfffe)), { maxLength: 6 })
  .map((list) => {
    const table = new DeviceTable();
    for (const [i, [name, type]] of list.entries()) table.set({ ifindex: i + 1, name, type });
    return table;
  });

function drops(batch: DropBatch) {
  return Array.from(batch, (drop) => drop.copy());
}

interface PacketRow {
  readonly payload: Uint8Array;
  readonly protocol: number;
  /** Bytes that are missing at the end. */
  readonly cut: number;
  /** Bytes that the original packet has more. */
  readonly more: number;
}

/** A batch of packets that came in by the device of index 1. */
function batchOf(rows: readonly PacketRow[]): DropBatch {
  const kinds = new KindTable();
  kinds.intern({ origin: 'software', ifindex: 1, deviceType: -1, littleEndian: true });
  const batch = batchIn(
    Uint8Array.from(Buffer.concat(rows.map(({ payload }) => payload))),
    rows.length,
    kinds,
  );
  batch.length = rows.length;
  let offset = 0;
  for (const [i, { payload, protocol, cut, more }] of rows.entries()) {
    batch.protocol[i] = protocol;
    batch.originalLength[i] = payload.length + more;
    batch.payloadOffset[i] = offset;
    batch.payloadLength[i] = Math.max(payload.length - cut, 0);
    offset += payload.length;
  }
  return batch;
}

function encoderOf(table: DeviceTable, path: HotPath | null): PcapngEncoder {
  const origin = { devices: table, kernelRelease: undefined };
  return new PcapngEncoder({ section: {}, origin, live: false, form: FRAMED_FORM, hotPath: path });
}

/** Receives messages twice and encodes them twice. Returns the results. */
function receive(
  list: readonly Uint8Array[],
  lost: readonly number[],
  table: DeviceTable,
  path: HotPath | null,
) {
  const arena = Uint8Array.from(Buffer.concat(list));
  const index = new Uint32Array(2 * list.length);
  let at = 0;
  for (const [i, { length }] of list.entries()) {
    index.set([at, length], 2 * i);
    at += length;
  }
  const batch = batchIn(arena, CAPACITY);
  const decoder = new AlertDecoder(path);
  const resolver = new DeviceResolver(table, path);
  const encoder = encoderOf(table, path);
  const written = [headerOf(encoder)];
  const all = [];
  for (let round = 0; round < 2; round++) {
    batch.length = 0;
    decoder.decodeMessages(batch, viewOf(arena), index, list.length, FAMILY_ID);
    resolver.resolve(batch);
    for (const row of lost) {
      if (row < batch.length) batch.lostBefore[row] = row + 1;
      if (row + 2 < batch.length) batch.repeatedBefore[row + 2] = row + 1;
    }
    all.push(drops(batch));
    written.push(bytesOf(encoder, batch), bytesOf(encoder, batch));
  }
  written.push(trailerOf(encoder));
  const { counters, unknownAttributes } = decoder;
  return { all, counters, unknownAttributes, file: Buffer.concat(written) };
}

/** The message with another nlmsg_type. */
function withType(message: Uint8Array, type: number): Uint8Array {
  const copy = Uint8Array.from(message);
  viewOf(copy).setUint16(4, type, true);
  return copy;
}

/** Reads the records of a pcap file, and encodes the drops twice. Returns the results. */
function scan(file: Uint8Array, path: HotPath | null) {
  const arena = Uint8Array.from(file);
  const view = viewOf(arena);
  const batch = batchIn(arena, 256);
  const scanner = new RecordingScanner(path);
  const reader = new PcapReader(true);
  let taken = 0;
  for (let at = 0; ; at += reader.consumed) {
    const from = at;
    if (reader.linkType !== 0) at = scanner.scanRecords(batch, at, arena.length);
    if (at > from) taken++;
    const kind = reader.next(view, at, arena.length, at);
    if (kind === READ_MORE) break;
    if (kind !== READ_PACKET) continue;
    const layout = netlinkLayout(view, reader.offset, reader.length, reader.linkType);
    if (layout) scanner.scan(batch, view, reader.offset, reader.length, reader.originalLength, layout);
  }
  scanner.resolver.resolve(batch);
  const encoder = encoderOf(scanner.devices, path);
  const written = Buffer.concat([headerOf(encoder), bytesOf(encoder, batch), bytesOf(encoder, batch)]);
  return { taken, result: { drops: drops(batch), counters: scanner.alerts.counters, written } };
}

/** native/hot/byte_order.h: a step of HashWords over one word of 64 bits. */
function hashStep(hash: bigint, word: bigint): bigint {
  const product = BigInt.asUintN(64, (hash ^ word) * 0x9e3779b97f4a7c15n);
  return product ^ (product >> 32n);
}

/** The 64-bit words of bytes whose length is a multiple of 8. */
function wordsOf(bytes: Buffer): bigint[] {
  return Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readBigUInt64LE(8 * i));
}

/**
 * Two alerts whose metadata have the same hash. Their drop points differ. The second alert's last symbol bytes make up
 * for the difference.
 */
function alertsOfOneHash(): [Buffer, Buffer] {
  const alert = (pc: bigint) => packetAlert({ ...HERE, pc, symbol: 'f'.repeat(19) });
  const [first, second] = [alert(1n), alert(2n)] as const;
  // ORIGIN 8, PC 12, SYMBOL 4 + 20, IN_PORT 4: the metadata after the message's headers of 20 bytes.
  const [start, end] = [20, 20 + 48];
  const hashBefore = (bytes: Buffer, last: number) =>
    wordsOf(bytes.subarray(start, last)).reduce(hashStep, BigInt(end - start));
  // The symbol has the bytes 44 to 63. Change its 8 bytes from 52 on.
  const at = 52;
  const difference = hashBefore(first, at) ^ hashBefore(second, at);
  second.writeBigUInt64LE(first.readBigUInt64LE(at) ^ difference, at);
  expect(hashBefore(first, end)).toBe(hashBefore(second, end));
  return [first, second];
}

describe('the hot path', () => {
  test('distinguishes alerts whose metadata have the same hash', () => {
    const [first, second] = alertsOfOneHash();
    const list = [first, second, first, second];
    const { all } = receive(list, [], new DeviceTable(), hotPath);
    for (const batch of all) expect(batch.map((drop) => drop.programCounter)).toEqual([1n, 2n, 1n, 2n]);
  });

  test.each([4096, 4097, 9000])('gives the right kinds of %i kinds of alerts', (kinds) => {
    const decoder = new AlertDecoder(hotPath);
    const table = new KindTable();
    const wrong: number[] = [];
    for (let round = 0; round < 2; round++) {
      for (let pc = 1; pc <= kinds; pc++) {
        const message = packetAlert({ ...HERE, pc: BigInt(pc), payload: new Uint8Array(1) });
        const batch = batchIn(Uint8Array.from(Buffer.concat([message, message])), 2, table);
        const index = Uint32Array.of(0, message.length, message.length, message.length);
        decoder.decodeMessages(batch, viewOf(batch.arena), index, 2, FAMILY_ID);
        const seen = [0, 1].map((row) => batch.kindOf(row).programCounter);
        if (seen.some((each) => each !== BigInt(pc))) wrong.push(pc);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('gives the same drops and file as TypeScript, also for messages with changed bytes', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat(20), { maxLength: 3 }), devices, (list, lost, table) => {
        expect(receive(list, lost, table, hotPath)).toEqual(receive(list, lost, table, null));
      }),
      { numRuns: 300 },
    );
  });

  test('gives the same drops of records as TypeScript, also for files with changed bytes', () => {
    const record = (message: Uint8Array) => netlinkRecord(GENERIC, message);
    const file = fc
      .tuple(messages, fc.option(changes, { nil: undefined }))
      .map(([list, change]) => {
        const bytes = pcapFile(recordsOf(record(familyAnswer()), ...[...list, ...list].map(record)));
        return change ? change(bytes) : bytes;
      })
      .filter((bytes) => bytes.length >= 24);
    fc.assert(
      fc.property(file, (bytes) => {
        const outcome = (path: HotPath | null) => {
          try {
            return scan(bytes, path).result;
          } catch (error) {
            return error;
          }
        };
        expect(outcome(hotPath)).toEqual(outcome(null));
      }),
      { numRuns: 300 },
    );
  });

  test('gives the file that TypeScript gives of any batches: of other origins, framings and tables', () => {
    const fileBy = (make: () => GeneratedBatches, path: HotPath | null) => {
      const { batches } = make();
      // Twice, so that the second time all is known.
      return fileOf(encoderOf(new DeviceTable(), path), [...batches, ...batches]);
    };
    fc.assert(
      fc.property(generatedBatches, (make) => {
        expect(fileBy(make, hotPath).equals(fileBy(make, null))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('resolves packets with an IP header in front of another protocol as TypeScript does', () => {
    const headers = [ipv4(), ipv6(), ethernet(0x0800, ipv4()), ethernet(0x86dd, ipv6())];
    const damages = headers.map(({ length }) => fc.tuple(fc.nat(length - 1), fc.nat(255)));
    const rows = fc.array(
      fc.nat(3).chain((which) =>
        fc.record({
          payload: fc.option(damages[which]!, { nil: undefined }).map((damage) => {
            const bytes = Uint8Array.from(headers[which]!);
            if (damage) bytes[damage[0]] = damage[1];
            return bytes;
          }),
          protocol: fc.constantFrom(0, 1, 3, 4, 0x17, 0x0800, 0x0806, 0x6558, 0x8100, 0x86dd),
          cut: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(40)),
          more: fc.constantFrom(0, 0, 1, 70_000),
        }),
      ),
      { minLength: 1, maxLength: 20 },
    );
    const resolved = (made: readonly PacketRow[], table: DeviceTable, path: HotPath | null) => {
      const batch = batchOf(made);
      const resolver = new DeviceResolver(table, path);
      // The first round teaches the addon the devices.
      for (let round = 0; round < 2; round++) {
        batch.kind.fill(0);
        batch.framing.fill(FRAMING_UNRESOLVED);
        resolver.resolve(batch);
      }
      return Array.from(batch.framing.subarray(0, batch.length));
    };
    let raw = 0;
    fc.assert(
      fc.property(rows, devices, (made, table) => {
        const expected = resolved(made, table, null);
        raw += expected.filter((framing) => framing === FRAMING_RAW).length;
        expect(resolved(made, table, hotPath)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
    expect(raw).toBeGreaterThan(100);
  });

  test("resolves frames with the devices' addresses as TypeScript does", () => {
    // 2 and 4 have the same byte in the filter.
    const addresses = ['000000000000', '020000000001', '02000000ff02', '0200ff000002', 'ffffffffffff'];
    const address = fc.constantFrom(...addresses).map((text) => Uint8Array.from(Buffer.from(text, 'hex')));
    const row = fc.record({
      payload: fc
        .tuple(address, address)
        .map(([to, from]) => Uint8Array.from([...to, ...from, ...ethernet(0x0800, ipv4()).subarray(12)])),
      protocol: fc.constant(0x0800),
      cut: fc.constantFrom(0, 0, 0, 9, 22),
      more: fc.constant(0),
    });
    const device = fc.record({
      macAddress: fc.option(address, { nil: undefined }),
      master: fc.constantFrom(undefined, 1, 4),
      link: fc.constantFrom(undefined, 3),
    });
    const tables = fc.array(device, { minLength: 1, maxLength: 5 }).map((list) => {
      const table = new DeviceTable();
      for (const [i, facts] of list.entries())
        table.set({ ifindex: i + 1, name: `d${i}`, type: 1, ...facts });
      return table;
    });
    let others = 0;
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 9 }), tables, (rows, table) => {
        const kindsBy = (path: HotPath | null) => {
          const batch = batchOf(rows);
          const resolver = new DeviceResolver(table, path);
          for (let round = 0; round < 2; round++) {
            batch.kind.fill(0);
            batch.framing.fill(FRAMING_UNRESOLVED);
            resolver.resolve(batch);
          }
          return Array.from(batch, ({ interfaceName, otherNamespace }) => ({
            interfaceName,
            otherNamespace,
          }));
        };
        const expected = kindsBy(null);
        others += expected.filter(({ otherNamespace }) => otherNamespace).length;
        expect(kindsBy(hotPath)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
    expect(others).toBeGreaterThan(100);
  });

  test('resolves the rows of any batches as TypeScript does', () => {
    const resolved = (make: () => GeneratedBatches, table: DeviceTable, path: HotPath | null) => {
      const { batches } = make();
      const resolver = new DeviceResolver(table, path);
      return [...batches, ...batches].map((batch) => {
        batch.framing.fill(FRAMING_UNRESOLVED);
        resolver.resolve(batch);
        return drops(batch);
      });
    };
    fc.assert(
      fc.property(generatedBatches, devices, (make, table) => {
        expect(resolved(make, table, hotPath)).toEqual(resolved(make, table, null));
      }),
      { numRuns: 300 },
    );
  });

  test.each(['dwdump', 'nlmon'])('decodes records of %s, with the same result as TypeScript', (name) => {
    const records = readRecording(name);
    const file = pcapFile([...records, ...records]);
    const [fast, slow] = [scan(file, hotPath), scan(file, null)];
    expect(fast.result).toEqual(slow.result);
    expect([fast.taken > 0, slow.taken]).toEqual([true, 0]);
  });

  test('decodes alerts of several hosts, and no message of nlctrl', () => {
    const alertOf = (id: number) => netlinkRecord(GENERIC, withType(packetAlert(HERE), id));
    const answers = [FAMILY_ID, FAMILY_ID + 1].map((id) => netlinkRecord(GENERIC, familyAnswer(id)));
    const alerts = Array.from({ length: 4 }, () => alertOf(FAMILY_ID));
    const file = pcapFile(
      recordsOf(...answers, ...alerts, netlinkRecord(GENERIC, familyAnswer(NLCTRL)), alertOf(NLCTRL)),
    );
    const [fast, slow] = [scan(file, hotPath), scan(file, null)];
    expect(fast.result).toEqual(slow.result);
    expect([fast.result.drops.length, fast.taken > 0]).toEqual([alerts.length, true]);
  });

  test('knows as many kinds of alerts as an encoder does', () => {
    const alerts = Array.from({ length: 4096 }, (_, i) => packetAlert({ ...HERE, pc: BigInt(i + 1) }));
    const arena = Uint8Array.from(Buffer.concat(alerts));
    const { length } = alerts[0]!;
    const index = Uint32Array.from(alerts.flatMap((_, i) => [i * length, length]));
    const batch = batchIn(arena, alerts.length);
    const decoder = new AlertDecoder(hotPath);
    const [first, second] = [1, 2].map(() => {
      batch.length = 0;
      decoder.decodeMessages(batch, viewOf(arena), index, alerts.length, FAMILY_ID);
      return batch.kind.slice();
    });
    expect(new Set(first).size).toBe(alerts.length);
    expect(second).toEqual(first);
  });

  test('is not used for a form whose packets have no common bytes to copy', () => {
    const asked = { ...hotPath, PacketTemplates: vi.fn<HotPath['PacketTemplates']>() };
    const origin = { devices: new DeviceTable(), kernelRelease: undefined };
    const encoder = new PcapngEncoder({
      section: {},
      origin,
      live: false,
      form: SLL2_FORM,
      hotPath: asked,
    });
    headerOf(encoder);
    expect(asked.PacketTemplates).not.toHaveBeenCalled();
  });

  test('refuses arguments that would make it access memory outside the buffers', () => {
    const templates = new hotPath.AlertTemplates();
    const packets = new hotPath.PacketTemplates();
    const { arena, columnMemory } = batchIn(new Uint8Array(64), 4);
    const [index, words] = [new Uint32Array(2), new Uint32Array(5)];
    const counts = new Float64Array(1);
    const deviceWords = (less: number) => new Uint32Array(DEVICE_WORDS.length * DEVICE_KINDS - less);
    const filter = (less: number) => new Uint8Array(ADDRESS_FILTER_BYTES - less);
    const wrong = [
      () => templates.decodeMessages(arena, columnMemory, 0, index, 2, 0, 1),
      () => templates.decodeMessages(arena, columnMemory, -1, index, 1, 0, 1),
      () => templates.decodeMessages(new Int8Array(4) as never, columnMemory, 0, index, 1, 0, 1),
      () => templates.decodeRecords(arena, columnMemory, 0, 0, 65, 1),
      () => templates.decodeRecords(arena, columnMemory, 0, 65, 64, 1),
      () => templates.learn(arena, 32, 33, 0, false),
      () => templates.learn(arena, 32, 32, -1, false),
      () => templates.learn(arena, 32, 32, 0, 1 as never),
      () => packets.encode(arena, columnMemory, 2, 1, arena, Uint32Array.of(0), counts, words),
      () => packets.encode(arena, columnMemory, 0, 1, arena, Uint32Array.of(65), counts, words),
      () => packets.encode(arena, columnMemory, 0, 1, arena, Uint32Array.of(0), counts, index),
      () => packets.encode(arena, columnMemory, 0, 1, arena, Uint32Array.of(0), words as never, words),
      () => hotPath.resolveDevices(arena, columnMemory, 0, 5, deviceWords(0), filter(0)),
      () => hotPath.resolveDevices(arena, columnMemory, 0, 4, deviceWords(1), filter(0)),
      () => hotPath.resolveDevices(arena, columnMemory, 0, 4, deviceWords(0), filter(1)),
    ];
    for (const call of wrong) expect(call).toThrow(/must be|too short/);
    const none = new Uint32Array(0);
    expect(templates.decodeMessages(new Uint8Array(0), none, 0, none, 0, 0, 1)).toBe(0);
  });

  test('skips rows whose payload is not in the arena, and rows for which a batch has no room', () => {
    const alert = packetAlert(HERE);
    const arena = Uint8Array.from(alert);
    const table = new DeviceTable();
    const batch = batchIn(arena, 2);
    const decoder = new AlertDecoder(hotPath);
    const index = Uint32Array.of(0, alert.length, 0, alert.length);
    const view = viewOf(arena);
    for (let round = 0; round < 2; round++) {
      batch.length = 0;
      decoder.decodeMessages(batch, view, index, 2, FAMILY_ID);
    }
    expect(batch.length).toBe(2);
    const templates = new hotPath.AlertTemplates();
    templates.learn(arena, 20, alert.length - 20, 0, true);
    expect(templates.decodeMessages(arena, batch.columnMemory, 1, index, 2, 0, FAMILY_ID)).toBe(1);
    expect(templates.decodeMessages(arena, batch.columnMemory, 0, index.fill(1, 0, 1), 2, 0, FAMILY_ID)).toBe(
      0,
    );
    new DeviceResolver(table, hotPath).resolve(batch);
    const encoder = encoderOf(table, hotPath);
    headerOf(encoder);
    const [once, twice] = [bytesOf(encoder, batch), bytesOf(encoder, batch)];
    expect(twice).toEqual(once.slice(-twice.length));
    batch.payloadOffset[1] = arena.length;
    expect(() => bytesOf(encoder, batch)).not.toThrow();
  });
});
