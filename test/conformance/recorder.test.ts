import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { DeviceTable } from '../../src/drop/device.js';
import { KindTable } from '../../src/drop/kind.js';
import { FRAMED_FORM } from '../../src/encode/framedForm.js';
import { PcapngEncoder } from '../../src/encode/pcapngEncoder.js';
import { compileFilter } from '../../src/filter/compileFilter.js';
import { EncodedOutlet } from '../../src/outlet/encodedOutlet.js';
import { openFileSink } from '../../src/outlet/fileSink.js';
import { Recorder } from '../../src/recorder/recorder.js';
import { triggerOnFilter } from '../../src/recorder/trigger.js';
import { fileOf } from '../support/encoding.js';
import { ethernet, ipv4, ipv6 } from '../support/packetBytes.js';
import { readPcapngFile } from '../support/pcapngReference.js';
import { batchOfRows, type DropRow } from '../support/rows.js';
import { dropcap, lacksTools, runTool, temporaryFolder } from '../support/tools.js';
import { readWithTshark, tsharkComplaints } from '../support/tshark.js';

const folder = temporaryFolder();
const whole = join(folder, 'whole.pcapng');
const MS = 1e6;
const DROPS = 1200;
const REASONS = ['NO_SOCKET', 'NETFILTER_DROP', 'TCP_OLD_DATA', 'QUEUE_PURGE'];
const ISB_STARTTIME = 2;
const ISB_IFDROP = 5;
const ISB_OSDROP = 7;

/** Two minutes of drops, one each 100 ms: of several kinds and lengths, and three that trigger. */
const rows = Array.from({ length: DROPS }, (_, i): DropRow => {
  const payload = Buffer.alloc(1 + ((i * 37) % 900), `drop ${i} `);
  const isIpv6 = i % 3 === 0;
  return {
    packet: isIpv6 ? ethernet(0x86dd, ipv6(payload)) : ethernet(0x0800, ipv4(payload)),
    protocol: isIpv6 ? 0x86dd : 0x0800,
    at: i * 100 * MS,
    reason: [400, 450, 1000].includes(i) ? 'SOCKET_RCVBUFF' : REASONS[i % REASONS.length]!,
    lost: i % 50 === 0 ? 3 : 0,
  };
});
const encoder = (live: boolean) =>
  new PcapngEncoder({
    section: {},
    origin: { devices: new DeviceTable(), kernelRelease: undefined },
    live,
    form: FRAMED_FORM,
    hotPath: null,
  });

let summary = '';
let dumps: string[] = [];
beforeAll(() => {
  writeFileSync(whole, fileOf(encoder(false), [batchOfRows(rows, new KindTable())]));
  const options = ['--trigger', 'reason = SOCKET_RCVBUFF', '--before', '9.95', '--after', '5'];
  options.push('--trigger-pause', '30');
  ({ stderr: summary } = dropcap('-r', whole, '-w', join(folder, 'dump.pcapng'), ...options));
  dumps = readdirSync(folder)
    .filter((name) => name.startsWith('dump_'))
    .toSorted()
    .map((name) => join(folder, name));
});

describe.skipIf(lacksTools('tshark', 'capinfos'))('the files of a recorder', () => {
  /** What tshark finds of each packet, except for its number and the numbers of interfaces in the file. */
  const drops = (path: string) =>
    readWithTshark(path).frames.map(({ bytes, comment, field }) => ({
      bytes,
      comment,
      time: field('frame.time_epoch'),
      length: field('frame.len'),
      interface: field('frame.interface_name'),
      encapsulation: field('frame.encap_type'),
    }));

  let all: ReturnType<typeof drops>;
  let slices: (typeof all)[];
  beforeAll(() => {
    all = drops(whole);
    slices = dumps.map(drops);
  }, 120_000);

  test('have the drops of their times, as the file of the whole capture has them', () => {
    expect(summary).toContain('\n2 files for triggers\n');
    expect(all).toHaveLength(DROPS);
    expect(slices).toEqual([all.slice(400 - 99, 400 + 51), all.slice(1000 - 99, 1000 + 51)]);
  });

  test('are complete by themselves', () => {
    expect(dumps).toHaveLength(2);
    for (const [i, path] of dumps.entries()) {
      expect(tsharkComplaints(path).stdout).toBe('');
      const { stdout } = runTool('capinfos', '-M', path);
      expect(stdout).toMatch(/Strict time order: +True/);
      expect(stdout).toContain(`trigger ${i + 1} at 2026-01-01T00:0${i === 0 ? '0:40' : '1:40'}.`);
      expect(stdout).toContain('Z: reason = SOCKET_RCVBUFF\n');
    }
  });

  test('account for all drops', () => {
    const written = slices.reduce((sum, { length }) => sum + length, 0);
    expect(summary).toContain(`\n${written} drops written\n`);
    expect(summary).toContain(`\n${DROPS - written} drops remembered and not written\n1 more trigger `);
  });
});

describe('the statistics in a file of a recorder', () => {
  /** The value of an option of the statistics; undefined when no interface has it. */
  function statistic(path: string, code: number): bigint | undefined {
    const options = readPcapngFile(path).statistics.flatMap((block) => block.options);
    return options.find((option) => option.code === code)?.value.readBigUInt64LE();
  }

  test('have the losses of its own time, for a running kernel', async () => {
    const path = join(folder, 'live.pcapng');
    const losses = { queueDrops: 0, overruns: 0 };
    const recorder = new Recorder({
      bytes: 1 << 20,
      beforeSeconds: 9.95,
      afterSeconds: 5,
      pauseSeconds: 1000,
      triggers: [triggerOnFilter(compileFilter('reason = SOCKET_RCVBUFF'))],
      live: true,
      losses: () => losses,
      openDump: async () => new EncodedOutlet(encoder(true), await openFileSink(path)),
    });
    const kinds = new KindTable();
    for (const [i, row] of rows.slice(0, 600).entries()) {
      const cause = i % 150 === 0 ? 'overruns' : 'queueDrops';
      losses[cause] += row.lost ?? 0;
      await recorder.write(batchOfRows([row], kinds));
    }
    await recorder.end(losses);
    expect(readPcapngFile(path).packets).toHaveLength(150);
    // Of the drops 301 to 450, drops 350, 400 and 450 have losses before them.
    expect(statistic(path, ISB_IFDROP)).toBe(6n);
    expect(statistic(path, ISB_OSDROP)).toBe(3n);
  });

  test('begin at its first drop, and not when it was written', () => {
    const [startTime] = readPcapngFile(join(folder, 'live.pcapng')).statistics.map(
      ({ options }) => options.find(({ code }) => code === ISB_STARTTIME)!.value,
    );
    const ns = (BigInt(startTime!.readUInt32LE(0)) << 32n) | BigInt(startTime!.readUInt32LE(4));
    expect(ns).toBe(readPcapngFile(join(folder, 'live.pcapng')).packets[0]!.timestamp);
  });

  test('say neither begin, end nor losses of a recording, which are those of all its drops', () => {
    for (const path of dumps) {
      expect([ISB_STARTTIME, ISB_IFDROP, ISB_OSDROP].map((code) => statistic(path, code))).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    }
  });
});
