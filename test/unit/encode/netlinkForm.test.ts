import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DeviceTable } from '../../../src/drop/device.js';
import type { BatchEncoder } from '../../../src/encode/encoder.js';
import { AlertDecoder } from '../../../src/dropmon/alertDecoder.js';
import { createEncoder } from '../../../src/outlet/createEncoder.js';
import { DeviceResolver } from '../../../src/source/deviceResolver.js';
import { pcapFile, recordsOf } from '../../support/captureFiles.js';
import { convert, converted, jsonOf } from '../../support/convert.js';
import {
  familyAnswer,
  GENERIC,
  NETFILTER,
  netlinkMessage,
  netlinkRecord,
  newLink,
  packetAlert,
  ROUTE,
} from '../../support/netlinkBytes.js';
import { fileOf } from '../../support/encoding.js';
import { ethernet, ipv4 } from '../../support/packetBytes.js';
import { readPcapng } from '../../support/pcapngReference.js';
import { batchOver } from '../../support/properties.js';
import { recordingPath } from '../../support/tools.js';

const NETLINK = { linkType: 'NETLINK' } as const;
const FRAME = ethernet(0x800, ipv4());
const ALERT = { ifindex: 20, protocol: 0x800, payload: FRAME, originalLength: FRAME.length, pc: 1n };

/** Two files that one encoder writes from the same batch. */
function twoFiles(create: (devices: DeviceTable) => BatchEncoder): Buffer[] {
  const message = packetAlert({ ...ALERT, timestampNs: 1n });
  const { batch, view, start } = batchOver(message);
  new AlertDecoder(null).decode(batch, view, start, message.length, true);
  const devices = new DeviceTable();
  devices.set({ ifindex: 20, name: 'va', type: 1 });
  new DeviceResolver(devices, null).resolve(batch);
  const encoder = create(devices);
  return [1, 2].map(() => fileOf(encoder, [batch]));
}

describe('a NETLINK file', () => {
  const source = (devices: DeviceTable) => ({ live: false, devices, kernelRelease: undefined, familyId: 35 });

  test.each(['pcapng', 'pcap'] as const)(
    'in %s begins with the family and names the devices, also in a second file',
    (format) => {
      const [first, second] = twoFiles((devices) => createEncoder(format, source(devices), NETLINK));
      expect(second!.equals(first!)).toBe(true);
      expect(first!.includes('NET_DM\0')).toBe(true);
      expect(first!.includes('va\0')).toBe(true);
    },
  );

  test('does not take a dropped rtnetlink message for a copy of an alert', async () => {
    // RTM_SETLINK is the id that the first generic netlink family would get.
    for (const type of [16, 19, 35, 122]) {
      const payload = netlinkMessage({ type }, Buffer.alloc(16));
      const alert = packetAlert(
        { protocol: 0, payload, originalLength: payload.length, timestampNs: 1n },
        true,
        300,
      );
      const file = pcapFile(
        recordsOf(netlinkRecord(GENERIC, familyAnswer(300)), netlinkRecord(GENERIC, alert)),
      );
      const own = await converted(file);
      const { summary } = await convert(await converted(own, NETLINK));
      expect([type, summary.captured, summary.source.alertCopies]).toEqual([type, 1, 0]);
    }
  });

  test('keeps a device unknown at its first drop if it was unknown then', async () => {
    const others = Array.from({ length: 60 }, () => netlinkRecord(NETFILTER, new Uint8Array(60_000)));
    const records = recordsOf(
      netlinkRecord(GENERIC, familyAnswer()),
      netlinkRecord(GENERIC, packetAlert({ ...ALERT, timestampNs: 1n })),
      ...others,
      netlinkRecord(ROUTE, newLink(20, 1, 'late0')),
      netlinkRecord(GENERIC, packetAlert({ ...ALERT, timestampNs: 2n })),
    );
    const own = await converted(pcapFile(records));
    const names = async (file: Buffer) => (await jsonOf(file)).map((drop) => drop['interface']);
    expect(await names(own)).toEqual([undefined, 'late0']);
    expect((await converted(await converted(own, NETLINK))).equals(own)).toBe(true);
  });

  test('describes a changed device again, before its first drop after the change', async () => {
    const names = ['a', 'b', 'b', 'a'];
    const records = names.flatMap((name, i) => [
      netlinkRecord(ROUTE, newLink(20, 1, name)),
      netlinkRecord(GENERIC, packetAlert({ ...ALERT, timestampNs: BigInt(i) })),
    ]);
    const file = pcapFile(recordsOf(netlinkRecord(GENERIC, familyAnswer()), ...records));
    const named = async (bytes: Buffer) => (await jsonOf(bytes)).map((drop) => drop['interface']);
    expect(await named(file)).toEqual(names);
    const messages = await converted(file, { ...NETLINK, format: 'pcap' });
    expect(await named(messages)).toEqual(names);
    const links = readPcapng(await converted(file, NETLINK)).packets.filter(
      ({ bytes }) => bytes[15] === ROUTE,
    );
    expect(links).toHaveLength(3);
  });

  test('has no addresses with omitAddresses', async () => {
    const file = readFileSync(recordingPath('nlmon'));
    const own = await converted(file);
    const addresses = (await jsonOf(own)).flatMap((drop) =>
      typeof drop['pc'] === 'string' ? [BigInt(drop['pc'])] : [],
    );
    expect(addresses.length).toBeGreaterThan(20);
    for (const format of ['pcapng', 'pcap'] as const) {
      const bytes = await converted(own, { ...NETLINK, format, omitAddresses: true });
      for (const pc of addresses) {
        const little = Buffer.alloc(8);
        little.writeBigUInt64LE(pc);
        expect(bytes.includes(little) || bytes.includes(pc.toString(16))).toBe(false);
      }
    }
  });
});
