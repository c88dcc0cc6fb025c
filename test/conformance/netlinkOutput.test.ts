import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { pcapFile } from '../support/captureFiles.js';
import { converted } from '../support/convert.js';
import { epochText } from '../support/expectedPackets.js';
import { alertOf, CASES, handmadeRecording } from '../support/handmadeAlerts.js';
import { alertsOf, type ReferenceAlert, readRecording } from '../support/recordingReference.js';
import { NET_DM_FIELDS, netDmValues } from '../support/netDmFields.js';
import { swapHost } from '../support/swapHost.js';
import { lacksTools, PROGRAM, recordingPath, runTool, temporaryFolder } from '../support/tools.js';
import { tsharkFields } from '../support/tshark.js';
import { hex16 } from '../support/wiresharkSeries.js';

const folder = temporaryFolder();
const NETLINK = { linkType: 'NETLINK' } as const;
const FIELDS = ['frame.time_epoch', ...NET_DM_FIELDS];

function asTsharkShows(alert: ReferenceAlert): string[] {
  return [epochText(alert.timestampNs), ...netDmValues(alert)];
}

/** The packets of a file, with tshark's fields of a family, a device and an alert. One run of tshark, which is slow. */
function readPackets(path: string) {
  const explaining = ['genl.ctrl.family_name', 'genl.ctrl.family_id', 'netlink-route.ifla_ifname'];
  const rows = tsharkFields(path, 'frame', [...explaining, '_ws.malformed', 'net_dm.cmd', ...FIELDS]);
  return rows.map(([family, familyId, device, malformed, command, ...alert]) => {
    return { family, familyId, device, malformed, command, alert };
  });
}

describe.skipIf(lacksTools('tshark'))('tshark reads what -y NETLINK writes', () => {
  describe.each([
    ['nlmon', 'pcapng'],
    ['nlmon', 'pcap'],
    ['dwdump', 'pcapng'],
    ['nlmon-trunc64', 'pcapng'],
    ['dwdump-trunc64', 'pcap'],
  ])('of %s as %s', (name, format) => {
    const path = join(folder, `${name}.${format}`);
    const alerts = alertsOf(readRecording(name));
    let packets: ReturnType<typeof readPackets>;
    beforeAll(() => {
      const args = ['-r', recordingPath(name), '-y', 'NETLINK', '--format', format, '-w', path];
      runTool(process.execPath, PROGRAM, ...args);
      packets = readPackets(path);
    });

    test('with its own dissector, which finds the values and time of each alert', () => {
      const seen = packets.filter(({ command }) => command === '5').map(({ alert }) => alert);
      expect(seen).toEqual(alerts.map(asTsharkShows));
    });

    test("with nlctrl's reply about the family as the first packet", () => {
      const [first, ...others] = packets;
      expect(first).toMatchObject({ family: 'NET_DM', familyId: hex16(0x23), command: '' });
      // All other packets are alerts, or name a device.
      for (const { family, device, command } of others) {
        expect(family).toBe('');
        expect(command === '5' || device !== '').toBe(true);
      }
    });

    test('without a malformed packet, except those that the kernel truncated', () => {
      const sound = name.includes('trunc') ? packets.filter(({ command }) => command === '') : packets;
      expect(sound.map(({ malformed }) => malformed)).toEqual(sound.map(() => ''));
    });
  });

  test('of hand-made alerts', async () => {
    const path = join(folder, 'handmade.pcapng');
    writeFileSync(path, await converted(handmadeRecording, NETLINK));
    const seen = readPackets(path).filter(({ command }) => command === '5');
    expect(seen.map(({ alert }) => [alert[0], alert[6]])).toEqual(
      CASES.map((each, i) => {
        const { timestampNs, ifindex } = alertOf(each, i);
        return [epochText(timestampNs), `${ifindex ?? ''}`];
      }),
    );
  });

  test('of a big-endian host', async () => {
    const records = readRecording('nlmon');
    const path = join(folder, 'big-endian.pcapng');
    writeFileSync(path, await converted(pcapFile(records.map(swapHost)), NETLINK));
    const expected = alertsOf(records).map(asTsharkShows);
    expect(tsharkFields(path, 'net_dm.cmd == 5', FIELDS)).toEqual(expected);
  });

  test('of a file without the family id', async () => {
    const own = await converted(readFileSync(recordingPath('nlmon')));
    const path = join(folder, 'without number.pcapng');
    writeFileSync(path, await converted(own, NETLINK));
    const expected = alertsOf(readRecording('nlmon')).map(asTsharkShows);
    expect(tsharkFields(path, 'net_dm.cmd == 5', FIELDS)).toEqual(expected);
  });
});

describe.skipIf(lacksTools('tshark', 'capinfos', 'tcpdump'))('tools read what --format pcap writes', () => {
  const path = join(folder, 'nlmon.netlink.pcap');
  beforeAll(() => {
    const args = ['-r', recordingPath('nlmon'), '-y', 'NETLINK', '--format', 'pcap', '-w', path];
    runTool(process.execPath, PROGRAM, ...args);
  });

  test('capinfos: nanoseconds, netlink', () => {
    const { stdout, stderr } = runTool('capinfos', path);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^File type: +Wireshark\/tcpdump\/\.\.\. - nanosecond pcap$/m);
    expect(stdout).toMatch(/^File encapsulation: +Linux Netlink$/m);
    expect(stdout).toMatch(/^File timestamp precision: +nanoseconds \(9\)$/m);
  });

  test('tcpdump: all packets', () => {
    const { stdout, stderr } = runTool('tcpdump', '-nn', '-r', path);
    expect(stderr).toMatch(/link-type NETLINK \(Linux netlink\)/);
    const packets = Number(/Number of packets: +(\d+)/.exec(runTool('capinfos', '-M', path).stdout)?.[1]);
    expect(stdout.match(/^\d\d:\d\d:\d\d\./gm)).toHaveLength(packets);
  });
});
