import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createEncoder } from '../../../../src/outlet/createEncoder.js';
import { EncodedOutlet } from '../../../../src/outlet/encodedOutlet.js';
import { openFileSink } from '../../../../src/outlet/fileSink.js';
import { openRecording } from '../../../../src/source/file/recording.js';
import { VERSION } from '../../../../src/version.js';
import {
  block,
  enhancedPacket,
  interfaceDescription,
  option,
  recordsOf,
  sectionHeader,
} from '../../../support/captureFiles.js';
import { converted } from '../../../support/convert.js';
import { u32 } from '../../../support/netlinkBytes.js';
import { readPcapng, readPcapngFile } from '../../../support/pcapngReference.js';
import { lacksTools, runTool, temporaryFolder } from '../../../support/tools.js';

const folder = temporaryFolder();
const text = (code: number, value: string) => option(code, Buffer.from(value), true);
const time = (ns: bigint) =>
  Buffer.concat([u32(Number(ns >> 32n), true), u32(Number(ns & 0xffffffffn), true)]);
const NANOSECONDS = interfaceDescription(true, 1, 0, text(2, 'dropmon'), option(9, Buffer.of(9), true));
const [BEGIN, FIRST, END] = [
  1_800_000_000_000_000_000n,
  1_800_000_100_000_000_000n,
  1_800_000_900_000_000_000n,
];
/** A drop at FIRST. A unit of the time stamps that `enhancedPacket` writes is a nanosecond of this interface. */
const DROP = enhancedPacket(
  { ...recordsOf(Buffer.alloc(60, 0x45))[0]!, timestampNs: FIRST * 1000n },
  true,
  0,
  text(1, 'dropcap: reason=X'),
);
const statistics = (...options: Buffer[]) =>
  block(5, Buffer.concat([u32(0, true), time(END), ...options]), true);
const TIMES = [option(2, time(BEGIN), true), option(3, time(END), true)];
const HOST = sectionHeader(
  true,
  text(1, 'night shift'),
  text(2, 'aarch64'),
  text(3, 'Linux 5.10.0-other'),
  text(4, 'Dumpcap 4.0'),
  text(1, 'second comment'),
);

const sectionOf = (file: Uint8Array) =>
  readPcapng(file).section.map(({ code, value }) => [code, value.toString()]);
const timesOf = (file: Uint8Array) =>
  readPcapng(file).statistics.map(({ options }) =>
    [2, 3].map((code) => {
      const value = options.find((each) => each.code === code)?.value;
      return value && (BigInt(value.readUInt32LE(0)) << 32n) | BigInt(value.readUInt32LE(4));
    }),
  );

describe('a converted file', () => {
  const file = Buffer.concat([
    HOST,
    NANOSECONDS,
    DROP,
    statistics(...TIMES, option(7, Buffer.alloc(8), true)),
  ]);
  const history = `dropcap ${VERSION} converted a file of Dumpcap 4.0`;

  test("names the input's host, comments and program, not this host", async () => {
    const expected = [
      [1, history],
      [1, 'night shift'],
      [1, 'second comment'],
      [2, 'aarch64'],
      [3, 'Linux 5.10.0-other'],
      [4, `dropcap ${VERSION}`],
    ];
    expect(sectionOf(await converted(file))).toEqual(expected);
    expect(sectionOf(await converted(await converted(file)))).toEqual(expected);
    expect(sectionOf(await converted(file, { comment: 'mine' }))).toEqual([[1, 'mine'], ...expected]);
  });

  test('names nothing that the input does not name', async () => {
    const bare = Buffer.concat([sectionHeader(true), NANOSECONDS, DROP]);
    expect(sectionOf(await converted(bare))).toEqual([[4, `dropcap ${VERSION}`]]);
  });

  test('has comments of bounded number and length', async () => {
    const many = Array.from({ length: 40 }, (_, i) => text(1, `${i}`.padEnd(10_000, 'é')));
    const header = sectionHeader(true, ...many, text(3, 'x'.repeat(60_000)), text(4, 'y'.repeat(60_000)));
    const section = sectionOf(await converted(Buffer.concat([header, NANOSECONDS, DROP])));
    expect(section).toHaveLength(18);
    expect(Math.max(...section.map(([, value]) => Buffer.byteLength(`${value}`)))).toBeLessThanOrEqual(4100);
    expect(section.find(([code]) => code === 3)).toEqual([3, 'x'.repeat(1024)]);
  });

  test("keeps the capture's begin and end", async () => {
    const output = await converted(file);
    expect(timesOf(output)).toEqual([
      [BEGIN, END],
      [BEGIN, END],
    ]);
    expect(timesOf(await converted(output))).toEqual(timesOf(output));
  });

  test.each<[string, Buffer[], unknown]>([
    ['without times has none', [DROP, statistics()], [[undefined, undefined]]],
    ['without statistics has no times', [DROP], [[undefined, undefined]]],
    [
      'with times of 1970, which are not known, has none',
      [DROP, statistics(option(2, time(0n), true))],
      [[undefined, undefined]],
    ],
    ['without drops has its times', [statistics(...TIMES)], [[BEGIN, END]]],
    ['without drops and times has no statistics', [], []],
    [
      'whose drop is outside its times has the wider range',
      [DROP, statistics(option(2, time(END), true), option(3, time(BEGIN), true))],
      [[FIRST, FIRST]],
    ],
  ])('%s', async (_, blocks, expected) => {
    const header = sectionHeader(true, text(4, 'dropcap 1'));
    expect(timesOf(await converted(Buffer.concat([header, NANOSECONDS, ...blocks])))).toEqual(expected);
  });

  test('in segments has the begin in the first one, and the end in the last one', async () => {
    const path = join(folder, 'segments.pcapng');
    writeFileSync(path, file);
    const source = await openRecording(path);
    const parts = [0, 1].map((i) => join(folder, `${i}.pcapng`));
    const outlet = new EncodedOutlet(createEncoder('pcapng', source), (i) => openFileSink(parts[i]!));
    await outlet.begin();
    for await (const batch of source) {
      await outlet.write(batch);
      await outlet.endSegment({ queueDrops: undefined, overruns: undefined });
      await outlet.write(batch);
      batch.release();
    }
    await outlet.end(source.losses());
    const [first, last] = parts.map((part) =>
      readPcapngFile(part).statistics[0]!.options.map(({ code }) => code),
    );
    expect(first).toContain(2);
    expect(last).not.toContain(2);
    expect(last).toContain(3);
  });

  test.skipIf(lacksTools('capinfos'))('names the host to capinfos', async () => {
    const path = join(folder, 'host.pcapng');
    writeFileSync(path, await converted(file));
    const { stdout } = runTool('capinfos', path);
    expect(stdout).toMatch(/^Capture hardware: +aarch64$/m);
    expect(stdout).toMatch(/^Capture oper-sys: +Linux 5\.10\.0-other$/m);
    expect(stdout).toContain('night shift');
  });

  test('has the facts of a section header that arrives in small parts', async () => {
    const stream = new PassThrough();
    const stdin = Object.getOwnPropertyDescriptor(process, 'stdin')!;
    Object.defineProperty(process, 'stdin', { value: stream, configurable: true });
    try {
      const opening = openRecording('-');
      for (let at = 0; at < file.length; at += 10) {
        stream.write(file.subarray(at, at + 10));
        await new Promise((resolve) => setImmediate(resolve));
      }
      stream.end();
      const source = await opening;
      expect(source.recorded).toMatchObject({
        hardware: 'aarch64',
        comments: ['night shift', 'second comment'],
      });
      await source.close();
    } finally {
      Object.defineProperty(process, 'stdin', stdin);
    }
  });
});
