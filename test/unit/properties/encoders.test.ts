import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DeviceTable } from '../../../src/drop/device.js';
import type { AsciiWriter } from '../../../src/dissect/asciiWriter.js';
import { describeWithEthernet } from '../../../src/dissect/linkHeader.js';
import {
  describeEthernet,
  describeIp,
  describeProtocol,
  MAX_DESCRIPTION_BYTES,
} from '../../../src/dissect/describe.js';
import { AlertDecoder } from '../../../src/dropmon/alertDecoder.js';
import { buildComment } from '../../../src/metadata/comment.js';
import { FRAMED_FORM } from '../../../src/encode/framedForm.js';
import { LineEncoder } from '../../../src/encode/lineEncoder.js';
import { PcapngEncoder } from '../../../src/encode/pcapngEncoder.js';
import { copyFramed } from '../../../src/linktype/convert.js';
import { FRAMINGS } from '../../../src/linktype/framing.js';
import { resolveFraming } from '../../../src/linktype/resolve.js';
import { ISB_USRDELIV } from '../../../src/pcapng/constants.js';
import { OptionWriter } from '../../../src/pcapng/optionWriter.js';
import { DeviceResolver } from '../../../src/source/deviceResolver.js';
import { asciiText } from '../../support/asciiText.js';
import { bytesOf, fileOf, headerOf, trailerOf } from '../../support/encoding.js';
import { type AlertFields, packetAlert } from '../../support/netlinkBytes.js';
import { ethernet, ipv4 } from '../../support/packetBytes.js';
import { optionsIn, readPcapng } from '../../support/pcapngReference.js';
import {
  alertFields,
  alertsWithPackets,
  anyProtocol,
  batchOver,
  GUARD,
  guarded,
  kernelText,
  payloads,
} from '../../support/properties.js';

const order = fc.boolean();
const deviceType = fc.oneof(
  fc.constantFrom(-1, 1, 32, 280, 512, 768, 772, 801, 802, 803, 804, 824, 0xfffe),
  fc.nat(0xffff),
);

describe('resolveFraming and copyFramed', () => {
  test('give any payload a framing, and write exactly its bytes', () => {
    fc.assert(
      fc.property(
        payloads,
        fc.oneof(fc.constant(-1), anyProtocol),
        fc.nat(0xffff),
        deviceType,
        order,
        (payload, protocol, more, device, little) => {
          const { arena, start } = guarded(payload);
          const before = arena.slice();
          const framing = resolveFraming(
            arena,
            start,
            payload.length,
            protocol,
            payload.length + more,
            device,
            little,
          );
          expect(FRAMINGS[framing]).toBeDefined();
          const length = payload.length + FRAMINGS[framing]!.lengthChange;
          expect(length).toBeGreaterThanOrEqual(0);
          const target = guarded(new Uint8Array(length));
          copyFramed(
            framing,
            arena,
            start,
            payload.length,
            protocol,
            device,
            little,
            target.arena,
            target.start,
          );
          expect(arena).toEqual(before);
          expect(target.arena.subarray(0, target.start).every((byte) => byte === GUARD)).toBe(true);
          expect(target.arena.subarray(target.end).every((byte) => byte === GUARD)).toBe(true);
          const skipped = Math.max(0, -FRAMINGS[framing]!.lengthChange);
          const tail = Math.max(0, payload.length - skipped - 12);
          const end = target.arena.subarray(target.end - tail, target.end);
          expect(Buffer.from(end)).toEqual(Buffer.from(payload.subarray(payload.length - tail)));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('do not read after the payload', () => {
    fc.assert(
      fc.property(
        payloads,
        anyProtocol,
        fc.nat(2000),
        deviceType,
        order,
        (payload, protocol, more, device, little) => {
          const resolve = (around: number) => {
            const { arena, start, end } = guarded(payload);
            arena.fill(around, 0, start).fill(around, end);
            return resolveFraming(
              arena,
              start,
              payload.length,
              protocol,
              payload.length + more,
              device,
              little,
            );
          };
          expect([resolve(0), resolve(0x45), resolve(0xff)]).toEqual(Array(3).fill(resolve(0x08)));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('the descriptions of packets', () => {
  test('are one line of printable ASCII for any bytes', () => {
    fc.assert(
      fc.property(payloads, anyProtocol, fc.nat(0xffffffff), (bytes, protocol, originalLength) => {
        for (const describeBytes of [
          (line: AsciiWriter) => describeEthernet(line, bytes, originalLength),
          (line: AsciiWriter) => describeIp(line, bytes, originalLength),
          (line: AsciiWriter) => describeWithEthernet(line, bytes, originalLength),
          (line: AsciiWriter) => {
            if (!describeProtocol(line, protocol, bytes, originalLength)) line.text('none');
          },
        ]) {
          const text = asciiText(MAX_DESCRIPTION_BYTES, describeBytes);
          expect(text).toMatch(/^[ -~]+$/);
          expect(text).not.toMatch(/undefined|NaN/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

/** A batch with these alerts as its rows, resolved with these devices. */
function batchOf(alerts: readonly AlertFields[], little: boolean, devices: DeviceTable) {
  const messages = alerts.map((fields) => packetAlert(fields, little));
  const { batch, view, start } = batchOver(Buffer.concat(messages));
  const decoder = new AlertDecoder(null);
  let at = start;
  for (const message of messages) {
    decoder.decode(batch, view, at, message.length, little);
    at += message.length;
  }
  new DeviceResolver(devices, null).resolve(batch);
  return batch;
}

function devicesWith(names: readonly string[], types: readonly number[]): DeviceTable {
  const devices = new DeviceTable();
  for (const [i, name] of names.entries()) devices.set({ ifindex: i + 1, name, type: types[i] ?? 1 });
  return devices;
}

const batches = fc.record({
  alerts: fc.array(alertsWithPackets, { maxLength: 8 }),
  names: fc.array(kernelText, { maxLength: 6 }),
  types: fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 }),
  little: order,
});

describe('LineEncoder', () => {
  test('writes one line of printable ASCII a drop, and details on lines that begin with a tab', () => {
    fc.assert(
      fc.property(batches, ({ alerts, names, types, little }) => {
        const batch = batchOf(alerts, little, devicesWith(names, types));
        const lines = bytesOf(new LineEncoder(), batch).toString('latin1');
        expect(lines).toMatch(/^([ -~]+\n)*$/);
        expect(lines.split('\n')).toHaveLength(batch.length + 1);
        const details = bytesOf(new LineEncoder({ verbose: true }), batch).toString('latin1');
        expect(details).toMatch(/^([ -~]+\n(\t[ -~]+\n)+)*$/);
        expect(details.replaceAll(/^\t.*\n/gm, '')).toBe(lines);
      }),
    );
  });
});

/** The pairs of a comment, with decoded values, as any other parser reads them. */
function parseComment(comment: string): Record<string, string> {
  const [prefix, ...pairs] = comment.split(' ');
  expect(prefix).toBe('dropcap:');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
      return [
        key,
        value.replaceAll(/%([0-9A-F]{2})/g, (_, code: string) =>
          String.fromCharCode(Number.parseInt(code, 16)),
        ),
      ];
    }),
  );
}

describe('a comment', () => {
  test('is printable ASCII, and parsing it gives the same facts', () => {
    const module = fc.option(fc.stringMatching(/^\w{1,20}$/), { nil: undefined });
    fc.assert(
      fc.property(alertFields, kernelText, module, (fields, symbol, of) => {
        const comment = buildComment({
          origin: fields.hardware ? 'hardware' : 'software',
          reason: fields.reason,
          symbol,
          module: of,
          programCounter: fields.pc,
          trap: fields.trap,
          trapGroup: fields.trapGroup,
          ifindex: fields.ifindex,
          interfaceName: fields.portName,
          cookie: fields.cookie,
          protocol: fields.protocol,
        });
        expect(comment).toMatch(/^[ -~]+$/);
        const all = {
          reason: fields.reason,
          trap: fields.trap,
          group: fields.trapGroup,
          symbol,
          module: of,
          pc: fields.pc === undefined ? undefined : `0x${fields.pc.toString(16)}`,
          if: fields.portName,
          ifindex: fields.ifindex?.toString(),
          proto:
            fields.protocol === undefined ? undefined : `0x${fields.protocol.toString(16).padStart(4, '0')}`,
          origin: fields.hardware ? 'hw' : 'sw',
          cookie: fields.cookie && Buffer.from(fields.cookie).toString('hex'),
        };
        const known = Object.entries(all).filter(([, value]) => value !== undefined);
        expect(Object.entries(parseComment(comment))).toEqual(known);
      }),
    );
  });
});

describe('OptionWriter', () => {
  test('writes options that a strict reader reads unchanged', () => {
    const options = fc.array(
      fc.record({ code: fc.integer({ min: 1, max: 0xffff }), value: fc.uint8Array({ maxLength: 80 }) }),
    );
    fc.assert(
      fc.property(options, (list) => {
        const writer = new OptionWriter();
        for (const { code, value } of list) writer.bytes(code, value);
        const read = optionsIn(Buffer.from(writer.finish()));
        expect(read.map(({ code, value }) => ({ code, value: Uint8Array.from(value) }))).toEqual(list);
      }),
    );
  });
});

describe('PcapngEncoder', () => {
  test('counts the packets of each of many interfaces', () => {
    const devices = new DeviceTable();
    const indexes = Array.from({ length: 200 }, (_, i) => i + 1);
    for (const ifindex of indexes) devices.set({ ifindex, name: `eth${ifindex}`, type: 1 });
    const alertOf = (ifindex: number): AlertFields => ({
      ifindex,
      pc: 1n,
      timestampNs: 1n,
      originalLength: 60,
      protocol: 0x800,
      payload: ethernet(0x800, ipv4()),
    });
    const origin = { devices, kernelRelease: undefined };
    const encoder = new PcapngEncoder({ section: {}, origin, live: false, form: FRAMED_FORM, hotPath: null });
    const file = [headerOf(encoder)];
    // Device n has n packets, modulo 7.
    for (let round = 0; round < 7; round++) {
      const alerts = indexes.filter((n) => n % 7 > round).map(alertOf);
      for (let at = 0; at < alerts.length; at += 50) {
        file.push(bytesOf(encoder, batchOf(alerts.slice(at, at + 50), true, devices)));
      }
    }
    file.push(trailerOf(encoder));
    const { interfaces, statistics } = readPcapng(Buffer.concat(file));
    const received = statistics.map(({ interfaceId, options }) => {
      const count = options.find(({ code }) => code === ISB_USRDELIV);
      return [interfaces[interfaceId]!.name, count && Number(count.value.readBigUInt64LE())];
    });
    const expected = indexes.filter((n) => n % 7 > 0).map((n) => [`eth${n}`, n % 7]);
    expect(Object.fromEntries(received)).toEqual({ ...Object.fromEntries(expected), dropmon: undefined });
  });

  test('writes drops that a strict reader reads unchanged', () => {
    fc.assert(
      fc.property(batches, ({ alerts, names, types, little }) => {
        const devices = devicesWith(names, types);
        const batch = batchOf(alerts, little, devices);
        const drops = Array.from(batch);
        const encoder = new PcapngEncoder({
          section: {},
          origin: { devices, kernelRelease: undefined },
          live: false,
          form: FRAMED_FORM,
          hotPath: null,
        });
        const file = fileOf(encoder, [batch], { queueDrops: 1, overruns: 2 });
        const { packets, interfaces, statistics } = readPcapng(file);
        expect(statistics).toHaveLength(interfaces.length);
        expect(packets).toHaveLength(drops.length);
        for (const [i, packet] of packets.entries()) {
          const drop = drops[i]!;
          expect(packet.bytes).toEqual(Buffer.from(drop.payload));
          expect(packet.link.linkType).toBe(drop.linkType);
          expect(packet.timestamp).toBe(drop.timestampNs);
          expect(packet.originalLength).toBe(Math.min(drop.originalLength, 0xffffffff));
          expect(packet.comments).toHaveLength(1);
          expect(parseComment(packet.comments[0]!)).toMatchObject({
            origin: drop.origin === 'hardware' ? 'hw' : 'sw',
          });
          expect(packet.link.name).toMatch(/^[!-~]+$/);
        }
      }),
    );
  });
});
