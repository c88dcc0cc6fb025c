import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import PcapngParser from 'pcap-ng-parser';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectedPacket, type KnownDevices } from '../support/expectedPackets.js';
import { NET_DM_FIELDS, netDmValues } from '../support/netDmFields.js';
import { readPcapngFile } from '../support/pcapngReference.js';
import { alertsOf, readRecording } from '../support/recordingReference.js';
import { dropcap, lacksTools, type Ran, recordingPath, temporaryFolder } from '../support/tools.js';
import {
  alertPayloadsIn,
  linkTypeOf,
  readWithTshark,
  tsharkComplaints,
  tsharkFields,
  type TsharkReading,
} from '../support/tshark.js';
import { epochOfJson, timeText, wiresharkHas } from '../support/wiresharkSeries.js';

const folder = temporaryFolder();
const withoutTshark = lacksTools('tshark');

interface Lab {
  readonly name: string;
  /** Number of alerts with a packet, from `tshark -Y net_dm.cmd==5` if tshark knows the family. */
  readonly alerts: number;
  /** The devices that rtnetlink messages in the recording describe. */
  readonly devices: KnownDevices;
  /** Whether the recording holds nlctrl's reply. Without it, tshark does not know the family. */
  readonly family: boolean;
}

const ALL: readonly Lab[] = [
  {
    name: 'nlmon',
    alerts: 98,
    // The names of iplink.json, without tunl0: the Ethernet frames with its index came from another device.
    devices: {
      1: { name: 'lo', type: 772 },
      3: { type: 768 },
      5: { name: 'va', type: 1 },
      6: { name: 'ipip1', type: 768 },
      7: { name: 'eth0', type: 1 },
    },
    family: true,
  },
  { name: 'dwdump', alerts: 104, devices: {}, family: true },
  { name: 'nlmon-trunc64', alerts: 4, devices: {}, family: true },
  { name: 'dwdump-trunc64', alerts: 4, devices: {}, family: false },
  { name: 'nlmon-summary', alerts: 0, devices: {}, family: true },
];

describe.each(ALL)('the recording $name, converted', ({ name, alerts: count, devices, family }) => {
  const output = join(folder, `${name}.pcapng`);
  const alerts = alertsOf(readRecording(name));
  const expected = alerts.map((alert) => expectedPacket(alert, devices));
  let ran: Ran;

  beforeAll(() => {
    ran = dropcap('-r', recordingPath(name), '-w', output);
  });

  test('makes dropcap exit with 0 and count every alert as written', () => {
    expect(alerts).toHaveLength(count);
    expect(ran.stderr).toContain(`${count} drops captured\n${count} drops written\n`);
    expect(ran.stderr).toContain('0 malformed alerts\n');
    expect(ran).toMatchObject({ status: 0, stdout: '' });
  });

  test('is valid pcapng with the packets of its alerts', () => {
    const capture = readPcapngFile(output);
    expect(capture.interfaces.map(({ snapLength, tsresol }) => [snapLength, tsresol])).toEqual(
      capture.interfaces.map(() => [262_144, 9]),
    );
    expect(
      capture.packets.map(({ bytes, originalLength, timestamp, comments, link }) => ({
        bytes: bytes.toString('hex'),
        originalLength,
        timestamp,
        comments,
        linkType: link.linkType,
      })),
    ).toEqual(
      alerts.map(({ timestampNs }, i) => {
        const { bytes, originalLength, comment, linkType } = expected[i]!;
        return { bytes, originalLength, timestamp: timestampNs, comments: [comment], linkType };
      }),
    );
  });

  test('has statistics of every interface, and neither losses nor times, which are not known', () => {
    const { interfaces, packets, statistics } = readPcapngFile(output);
    // Without drops, no time is known that the statistics could have.
    const known = packets.length === 0 ? [] : interfaces;
    expect(statistics.map(({ interfaceId }) => interfaceId)).toEqual(known.map((_, id) => id));
    const times = statistics.flatMap(({ options }) => options.filter(({ code }) => code < 4));
    expect(times).toEqual([]); // The recording does not report when it began and ended.
    const delivered = statistics.map(({ options }) =>
      options.find(({ code }) => code === 8)?.value.readBigUInt64LE(),
    );
    const counts = known.map((_, id) => packets.filter(({ interfaceId }) => interfaceId === id).length);
    expect(delivered).toEqual(counts.map(BigInt));
    expect(interfaces.filter(({ description }) => description?.startsWith('losses'))).toEqual([]);
  });

  test('gives pcap-ng-parser the same packets, interface ids and link types', () => {
    const { packets, interfaces } = readPcapngFile(output);
    const parsed = parseWithPcapNgParser(output);
    expect(parsed.linkTypes).toEqual(interfaces.map(({ linkType }) => linkType));
    expect(parsed.packets).toEqual(
      packets.map(({ interfaceId, bytes }) => ({ interfaceId, bytes: bytes.toString('hex') })),
    );
  });

  describe.skipIf(withoutTshark)('and read by tshark', () => {
    let reading: TsharkReading;
    beforeAll(() => {
      reading = readWithTshark(output);
    });

    test('is read without a complaint', () => {
      expect(reading.stderr).toBe('');
      expect(tsharkComplaints(output)).toMatchObject({ stdout: '', stderr: '' });
    });

    test('has a packet for each alert, in order, with the facts of the alert', () => {
      const seen = reading.frames.map((frame) => ({
        bytes: frame.bytes,
        capturedLength: Number(frame.field('frame.cap_len')),
        originalLength: Number(frame.field('frame.len')),
        time: epochOfJson(frame.field('frame.time_epoch')),
        linkType: linkTypeOf(frame),
        interfaceName: frame.field('frame.interface_name'),
        interfaceDescription: frame.field('frame.interface_description'),
        comment: frame.comment,
      }));
      expect(seen).toEqual(expected);
    });

    test('marks packets with an input device as inbound, and marks multicast and broadcast', () => {
      const seen = reading.frames.map((frame) => [
        Number(frame.field('frame.packet_flags_direction')),
        Number(frame.field('frame.packet_flags_reception_type')),
      ]);
      const reception = (destination: string) => (destination === 'ffffffffffff' ? 3 : 2);
      expect(seen).toEqual(
        alerts.map(({ ifindex }, i) => {
          const { linkType, bytes } = expected[i]!;
          const group = linkType === 1 && (Number.parseInt(bytes.slice(0, 2), 16) & 1) === 1;
          return [ifindex === undefined ? 0 : 1, group ? reception(bytes.slice(0, 12)) : 0];
        }),
      );
    });

    test("has the same metadata as tshark's own dissector of net_dm finds in the recording", () => {
      const rows = tsharkFields(recordingPath(name), 'net_dm.cmd == 5', [
        'frame.number',
        ...TIME_FIELDS,
        ...NET_DM_FIELDS,
      ]);
      // Without nlctrl's reply, tshark finds no alert.
      const known = family ? alerts : [];
      expect(known.map(asTsharkShows)).toEqual(rows);
      expect(known.map(({ payloadAt, payload }) => [payloadAt, payload.length])).toEqual(
        family ? alertPayloadsIn(recordingPath(name)) : [],
      );
    });
  });
});

/** The field with the time of an alert, if this tshark reads it well. */
const TIME_FIELDS = wiresharkHas('times of alerts') ? ['net_dm.timestamp'] : [];

function asTsharkShows(alert: ReturnType<typeof alertsOf>[number]): string[] {
  return [`${alert.record}`, ...TIME_FIELDS.map(() => timeText(alert.timestampNs)), ...netDmValues(alert)];
}

interface ParsedPackets {
  readonly linkTypes: number[];
  readonly packets: { readonly interfaceId: number; readonly bytes: string }[];
}

function parseWithPcapNgParser(path: string): ParsedPackets {
  const parser = new PcapngParser();
  const parsed: ParsedPackets = { linkTypes: [], packets: [] };
  parser.on('interface', ({ linkType }) => parsed.linkTypes.push(linkType));
  parser.write(readFileSync(path));
  for (;;) {
    const packet = parser.read();
    if (packet === null) return parsed;
    parsed.packets.push({ interfaceId: packet.interfaceId, bytes: packet.data.toString('hex') });
  }
}
