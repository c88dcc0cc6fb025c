import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DeviceTable } from '../../../src/drop/device.js';
import type { DropBatch } from '../../../src/drop/batch.js';
import { AlertDecoder } from '../../../src/dropmon/alertDecoder.js';
import { JsonEncoder } from '../../../src/encode/jsonEncoder.js';
import { DeviceResolver } from '../../../src/source/deviceResolver.js';
import { epochText } from '../../support/expectedPackets.js';
import { type AlertFields, packetAlert } from '../../support/netlinkBytes.js';
import { bytesOf } from '../../support/encoding.js';
import { alertFields, batchOver } from '../../support/properties.js';

function batchOf(alerts: readonly AlertFields[]): DropBatch {
  const messages = alerts.map((fields) => packetAlert(fields));
  const { batch, view, start } = batchOver(Buffer.concat(messages));
  let at = start;
  for (const message of messages) {
    new AlertDecoder(null).decode(batch, view, at, message.length, true);
    at += message.length;
  }
  new DeviceResolver(new DeviceTable(), null).resolve(batch);
  return batch;
}

function encode(batch: DropBatch, options: ConstructorParameters<typeof JsonEncoder>[0] = {}) {
  const text = bytesOf(new JsonEncoder(options), batch).toString('latin1');
  return {
    text,
    lines: text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('JsonEncoder', () => {
  test('writes ASCII lines of JSON with all facts of the drops, whatever their texts', () => {
    fc.assert(
      fc.property(fc.array(alertFields, { maxLength: 6 }), (alerts) => {
        const batch = batchOf(alerts);
        if (batch.length > 0) [batch.lostBefore[0], batch.repeatedBefore[0]] = [7, 12];
        const { text, lines } = encode(batch);
        expect(text).toMatch(/^([ -~]+\n)*$/);
        expect(lines).toEqual(
          Array.from(batch, (drop) => {
            const { timestampNs, programCounter, cookie, payload, interfaceName, ...rest } = drop;
            const members = {
              ...rest,
              time: expect.stringMatching(
                new RegExp(`\\.${epochText(timestampNs).split('.')[1]}Z$`),
              ) as unknown,
              lostBefore: drop.lostBefore || undefined,
              repeatedBefore: drop.repeatedBefore || undefined,
              interface: interfaceName,
              pc: programCounter === undefined ? undefined : `0x${programCounter.toString(16)}`,
              cookie: cookie && hexOf(cookie),
              capturedLength: payload.length,
              packet: hexOf(payload),
            };
            return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
          }),
        );
        for (const [i, { time }] of lines.entries()) {
          const seconds = Date.parse(String(time).replace(/\.\d{9}Z$/, 'Z')) / 1000;
          expect(seconds).toBe(Number(batch.record(i).timestampNs / 1_000_000_000n));
        }
      }),
    );
  });

  test('writes each type of value in its form', () => {
    const { text } = encode(
      batchOf([
        {
          timestampNs: 1_800_000_000_000_000_007n,
          originalLength: 9,
          reason: 'A"\\\u0007\u00ff',
          symbol: 'f+0x1/0x2 [m]',
          pc: 0xffffffffc0123456n,
          ifindex: 5,
          portName: 'swp1',
          cookie: Uint8Array.of(0, 255),
          protocol: 0x800,
          payload: Uint8Array.of(0x45),
        },
      ]),
    );
    expect(text).toBe(
      '{"time":"2027-01-15T08:00:00.000000007Z","origin":"software","reason":"A\\"\\\\\\u0007\\u00ff",' +
        '"symbol":"f+0x1/0x2","module":"m","pc":"0xffffffffc0123456","interface":"swp1",' +
        '"interfaceNameSource":"alert","ifindex":5,"protocol":2048,"cookie":"00ff","linkType":101,' +
        '"capturedLength":1,"originalLength":9,"packet":"45"}\n',
    );
  });

  test('leaves out addresses on request, also an address in place of a symbol', () => {
    const alert = {
      timestampNs: 1n,
      originalLength: 0,
      pc: 0xffffffffc0123456n,
      symbol: '0xffffffffc0123456',
    };
    const { text, lines } = encode(batchOf([alert]), { omitAddresses: true });
    expect(lines[0]).not.toHaveProperty('pc');
    expect(lines[0]).not.toHaveProperty('symbol');
    expect(text).not.toContain('c0123456');
  });

  test('writes times of every year that 64-bit nanoseconds can hold', () => {
    const times = [0n, 999_999_999n, 1_000_000_000n, 0xffffffffffffffffn];
    const { lines } = encode(batchOf(times.map((timestampNs) => ({ timestampNs, originalLength: 0 }))));
    expect(lines.map(({ time }) => time)).toEqual([
      '1970-01-01T00:00:00.000000000Z',
      '1970-01-01T00:00:00.999999999Z',
      '1970-01-01T00:00:01.000000000Z',
      '2554-07-21T23:34:33.709551615Z',
    ]);
  });
});
