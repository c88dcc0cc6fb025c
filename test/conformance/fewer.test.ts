import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { DeviceTable } from '../../src/drop/device.js';
import { KindTable } from '../../src/drop/kind.js';
import { FRAMED_FORM } from '../../src/encode/framedForm.js';
import { PcapngEncoder } from '../../src/encode/pcapngEncoder.js';
import { fileOf } from '../support/encoding.js';
import { ethernet, ipv4, ipv6 } from '../support/packetBytes.js';
import { readPcapngFile } from '../support/pcapngReference.js';
import { batchOfRows } from '../support/rows.js';
import { dropcap, lacksTools, runTool, temporaryFolder } from '../support/tools.js';
import { tsharkComplaints, tsharkFields } from '../support/tshark.js';
import { wiresharkHas } from '../support/wiresharkSeries.js';

const folder = temporaryFolder();
const flood = join(folder, 'flood.pcapng');
const kept = join(folder, 'kept.pcapng');
const PER_SECOND = 13;
const MS = 1e6;
let summary = '';

/** Equal drops in an even rhythm for three seconds, with losses before one, and two drops of another flow. */
beforeAll(() => {
  const [udp, other] = [ethernet(0x0800, ipv4()), ethernet(0x86dd, ipv6())];
  const rows = Array.from({ length: 3 * PER_SECOND }, (_, i) => ({
    packet: udp,
    at: Math.floor(i / PER_SECOND) * 1000 * MS + (i % PER_SECOND) * MS,
    lost: i === 5 ? 7 : 0,
  }));
  rows.push({ packet: other, at: 2100 * MS, lost: 0 }, { packet: other, at: 3100 * MS, lost: 0 });
  const encoder = new PcapngEncoder({
    section: {},
    origin: { devices: new DeviceTable(), kernelRelease: undefined },
    live: false,
    form: FRAMED_FORM,
    hotPath: null,
  });
  writeFileSync(flood, fileOf(encoder, [batchOfRows(rows, new KindTable())]));
  ({ stderr: summary } = dropcap('-r', flood, '-w', kept, '--dedupe'));
});

/** The counts in JSON of each drop of a file. */
function countsIn(path: string): unknown[] {
  const { stdout } = dropcap('-q', '-r', path, '--json');
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { repeatedBefore?: number; lostBefore?: number })
    .map(({ repeatedBefore, lostBefore }) => [repeatedBefore, lostBefore]);
}
const COUNTS = [
  [undefined, undefined],
  [12, 7],
  [12, undefined],
  [undefined, undefined],
  [undefined, undefined],
];
const NOTE = 'dropcap: 12 equal drops left out before';

describe('a file of --dedupe', () => {
  test('lacks the drops that the summary counts', () => {
    expect(summary).toContain('\n5 drops written\n');
    expect(summary).toContain('\n36 drops left out by --dedupe\n');
  });

  test('has a second comment on the next equal drop', () => {
    const comments = readPcapngFile(kept).packets.map((packet) => packet.comments.slice(1));
    expect(comments).toEqual([[], [NOTE], [NOTE], [], []]);
  });

  test('is read back, also when it is deduped again', () => {
    expect(countsIn(kept)).toEqual(COUNTS);
    const again = join(folder, 'again.pcapng');
    dropcap('-q', '-r', kept, '-w', again, '--dedupe');
    expect(countsIn(again)).toEqual(COUNTS);
    const { stdout } = dropcap('-q', '-r', again, '-v', '--origin', 'sw');
    expect(stdout.match(/, 7 drops lost before, 12 equal drops left out before, Ethernet/g)).toHaveLength(1);
  });

  test.each(['NETLINK', 'LINUX_SLL2', 'LINUX_SLL'])('keeps its numbers in %s', (type) => {
    const path = join(folder, `${type}.pcapng`);
    expect(dropcap('-q', '-r', kept, '-w', path, '-y', type).status).toBe(0);
    expect(countsIn(path)).toEqual(COUNTS);
  });

  describe.skipIf(lacksTools('tshark', 'capinfos', 'editcap'))('for other programs', () => {
    test('is a whole file: capinfos counts its packets, tshark finds nothing malformed', () => {
      expect(runTool('capinfos', '-c', '-M', kept).stdout).toMatch(/Number of packets: +5$/m);
      expect(tsharkComplaints(kept)).toMatchObject({ stdout: '', stderr: '' });
    });

    test.skipIf(!wiresharkHas('drop counts'))('shows both comments and the losses in tshark', () => {
      const rows = tsharkFields(kept, 'frame.comment contains "left out"', [
        'frame.number',
        'frame.comment',
        'frame.drop_count',
      ]);
      const facts = expect.stringMatching(
        /^dropcap: reason=NO_SOCKET .*origin=sw class=host\/no-listener,dropcap: 12 equal .* before$/,
      ) as string;
      expect(rows).toEqual([
        ['2', facts, '7'],
        ['3', facts, ''],
      ]);
    });

    test.skipIf(!wiresharkHas('several comments'))('is read back after editcap wrote it again', () => {
      const path = join(folder, 'edited.pcapng');
      runTool('editcap', '-F', 'pcapng', kept, path);
      expect(countsIn(path)).toEqual(COUNTS);
    });
  });
});
