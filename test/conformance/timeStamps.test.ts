import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { converted } from '../support/convert.js';
import { epochText } from '../support/expectedPackets.js';
import {
  ENHANCED_PACKET,
  INTERFACE_DESCRIPTION,
  replaceBlocks,
  withOption,
  withTimestamp,
} from '../support/pcapngBlocks.js';
import { readPcapng } from '../support/pcapngReference.js';
import { lacksTools, recordingPath, temporaryFolder } from '../support/tools.js';
import { tsharkFields } from '../support/tshark.js';

const folder = temporaryFolder();
const [IF_TSRESOL, IF_TSOFFSET] = [9, 14];
const SECOND = 1_000_000_000n;

let own: Buffer;
beforeAll(async () => {
  own = await converted(readFileSync(recordingPath('nlmon')));
});

/** Resolutions of time stamps: name, value of if_tsresol, units in a second. */
const RESOLUTIONS: readonly [string, number, bigint][] = [
  ['microseconds', 6, 1_000_000n],
  ['milliseconds', 3, 1_000n],
  ['seconds', 0, 1n],
  ['2^-20 seconds', 0x80 | 20, 1n << 20n],
  ['2^-30 seconds', 0x80 | 30, 1n << 30n],
  ['10^-10 seconds', 10, 10n ** 10n],
];

describe.skipIf(lacksTools('tshark'))("dropcap's own file with time stamps in", () => {
  test.each(RESOLUTIONS)('%s has the same times as tshark shows', async (name, code, units) => {
    const times = edited(
      (body) => withTimestamp(body, (ns) => (ns * units) / SECOND),
      [IF_TSRESOL, Buffer.of(code)],
    );
    const [seen, ours] = await timesOf(name, times);
    expect(ours).toEqual(seen);
  });

  test('microseconds, without an option, has the same times as tshark shows', async () => {
    const times = edited((body) => withTimestamp(body, (ns) => ns / 1000n));
    const [seen, ours] = await timesOf('default', times);
    expect(ours).toEqual(seen);
  });

  test.each([1000n, -1000n])(
    'nanoseconds with an offset of %i seconds has the same times as tshark shows',
    async (offset) => {
      const value = Buffer.alloc(8);
      value.writeBigInt64LE(offset);
      const changed = replaceBlocks(own, INTERFACE_DESCRIPTION, (body) =>
        withOption({ type: INTERFACE_DESCRIPTION, body }, IF_TSOFFSET, value),
      );
      const [seen, ours] = await timesOf(`offset${offset}`, changed);
      expect(ours).toEqual(seen);
      const [first] = readPcapng(own).packets;
      expect(readPcapng(await converted(changed)).packets[0]?.timestamp).toBe(
        first!.timestamp + offset * SECOND,
      );
    },
  );

  function edited(time: (body: Buffer) => Buffer, option?: [number, Buffer]): Buffer {
    const times = replaceBlocks(own, ENHANCED_PACKET, (body) => ({
      type: ENHANCED_PACKET,
      body: time(body),
    }));
    return replaceBlocks(times, INTERFACE_DESCRIPTION, (body) => {
      // Remove if_tsresol for nanoseconds.
      const at = body.indexOf(Buffer.from('0900010009000000', 'hex'));
      const without = Buffer.concat([body.subarray(0, at), body.subarray(at + 8)]);
      const block = { type: INTERFACE_DESCRIPTION, body: without };
      return option ? withOption(block, ...option) : block;
    });
  }

  /** The times of a file: as tshark shows them, and as dropcap converts them. */
  async function timesOf(name: string, file: Buffer): Promise<[string[], string[]]> {
    const path = join(folder, `${name}.pcapng`);
    writeFileSync(path, file);
    const seen = tsharkFields(path, 'frame', ['frame.time_epoch']).map(([time]) =>
      time!.padEnd(20, '0').slice(0, 20),
    );
    const { packets } = readPcapng(await converted(file));
    return [seen, packets.map(({ timestamp }) => epochText(timestamp))];
  }
});
