import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { RowWriter } from '../../../src/cli/rowWriter.js';
import { DeviceTable } from '../../../src/drop/device.js';
import type { LossCounters } from '../../../src/drop/losses.js';
import type { DropSource } from '../../../src/source/source.js';
import { NO_SYMBOLS } from '../../../src/symbols/symbolLookup.js';
import { mainCauseOf, matchOf } from '../../../src/top/rowMatch.js';
import type { TableName } from '../../../src/top/tables.js';
import { jsonOf } from '../../support/convert.js';
import { dropAt, dropOfFlow, type TestCounts, testCounts } from '../../support/topViews.js';
import { dropcap, temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();
let files = 0;

/** What a writer needs of a live source. */
function sourceWith(losses: () => LossCounters): DropSource {
  const facts = { live: true, devices: new DeviceTable(), kernelRelease: undefined, familyId: undefined };
  return { ...facts, losses } as DropSource;
}

/** Writes the drops of a row that come from now on. */
async function tapOf(
  { counts, namesOf }: TestCounts,
  table: TableName,
  row: string,
  losses: () => LossCounters = () => ({ queueDrops: 0, overruns: 0 }),
) {
  const path = join(folder, `${files++}.pcapng`);
  const file = { path, row, match: matchOf(counts, namesOf, table, row)!, filter: 'udp' };
  const onFailure = vi.fn<() => void>();
  const writer = await RowWriter.open(file, sourceWith(losses), NO_SYMBOLS, onFailure);
  counts.tap = writer;
  return { writer, path, onFailure };
}

const reasonsOf = async (path: string) => (await jsonOf(readFileSync(path))).map(({ reason }) => reason);

describe('RowWriter', () => {
  test('writes the drops of its row, in their order, and no others', async () => {
    const some = testCounts();
    const [a, b] = [dropAt(1, { reason: 'A', interfaceName: 'eth0' }), dropAt(2, { reason: 'B' })];
    some.add(a, b);
    const { writer, path } = await tapOf(some, 'interfaces', 'eth0');
    await some.write(b, a, dropAt(3, { reason: 'C', interfaceName: 'eth0' }));
    await some.write(b);
    await some.write(a);
    await writer.end();
    expect(writer.written).toBe(3);
    expect(await reasonsOf(path)).toEqual(['A', 'C', 'A']);
    expect(some.counts.drops).toBe(7);
  });

  test('says in the file which row it is of, and which filter chose the drops', async () => {
    const some = testCounts();
    some.add(dropAt(0));
    const { writer, path } = await tapOf(some, 'reasons', 'NO_SOCKET');
    await writer.end();
    const bytes = readFileSync(path).toString('latin1');
    expect(bytes).toContain('drops of one row of dropcap top: NO_SOCKET');
    expect(bytes).toContain('udp');
  });

  test('carries losses before other drops to the next drop of the row, and reports those since it was opened', async () => {
    const some = testCounts();
    const [a, b] = [dropAt(1, { reason: 'A' }), dropAt(2, { reason: 'B' })];
    some.add(a);
    let queueDrops = 100;
    const { writer, path } = await tapOf(some, 'reasons', 'A', () => ({ queueDrops, overruns: 0 }));
    await some.write({ ...b, lost: 2 }, { ...a, lost: 3 });
    await some.write({ ...b, lost: 4 });
    await some.write(a);
    queueDrops += 9;
    await writer.end();
    const drops = await jsonOf(readFileSync(path));
    expect(drops.map(({ lostBefore }) => lostBefore)).toEqual([5, 4]);
    expect(dropcap('-r', path, '--count').stderr).toContain('9 ');
  });

  test('a failed write is reported once, counting goes on, and the end throws the error', async () => {
    const some = testCounts();
    some.add(dropAt(0));
    const { writer, path, onFailure } = await tapOf(some, 'reasons', 'NO_SOCKET');
    rmSync(path);
    for (let i = 0; i < 5; i++) {
      await some.write(dropAt(i));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.waitFor(() => expect(onFailure).toHaveBeenCalledTimes(1));
    await some.write(dropAt(6));
    expect(some.counts.drops).toBe(7);
    await expect(writer.end()).rejects.toThrow(path);
    expect(onFailure).toHaveBeenCalledTimes(1);
  });

  test('reports a full disk', async () => {
    const file = { path: '/dev/full', row: 'A', match: () => true, filter: undefined };
    const onFailure = vi.fn<() => void>();
    const source = sourceWith(() => ({ queueDrops: 0, overruns: 0 }));
    const writer = await RowWriter.open(file, source, NO_SYMBOLS, onFailure);
    await vi.waitFor(() => expect(onFailure).toHaveBeenCalledTimes(1));
    await expect(writer.end()).rejects.toThrow('cannot write /dev/full: no space is left');
    expect(writer.written).toBe(0);
  });

  test('does not overwrite a file', async () => {
    const file = { row: 'A', match: () => true, filter: undefined };
    const source = sourceWith(() => ({ queueDrops: 0, overruns: 0 }));
    const path = join(folder, 'first.pcapng');
    await (await RowWriter.open({ ...file, path }, source, NO_SYMBOLS, () => {})).end();
    const before = readFileSync(path);
    await expect(RowWriter.open({ ...file, path }, source, NO_SYMBOLS, () => {})).rejects.toThrow(path);
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe('matchOf', () => {
  test('chooses a flow by its packets and its cause', async () => {
    const some = testCounts();
    const other = { ...dropOfFlow(1), reason: 'NETFILTER_DROP' };
    some.add(dropOfFlow(1), dropOfFlow(2), other);
    const name = '10.0.0.1.1 > 10.0.0.2.9 UDP, NO_SOCKET at udp_rcv';
    expect(some.view().tables.flows.map((row) => row.name)).toContain(name);
    const { writer } = await tapOf(some, 'flows', name);
    await some.write(dropOfFlow(2), other, dropOfFlow(1), { ...dropOfFlow(1), interfaceName: 'eth0' });
    await writer.end();
    // A device whose drops the window does not have yet is another cause.
    expect(writer.written).toBe(1);
  });

  test('knows no flow that has left the window', () => {
    const { counts, namesOf, add, pass } = testCounts(10);
    add(dropOfFlow(1));
    const name = '10.0.0.1.1 > 10.0.0.2.9 UDP, NO_SOCKET at udp_rcv';
    expect(matchOf(counts, namesOf, 'flows', name)).toBeDefined();
    pass(20);
    expect(matchOf(counts, namesOf, 'flows', name)).toBeUndefined();
    expect(mainCauseOf(counts, namesOf, 'flows', name)).toBeUndefined();
  });

  test('the cause of a row is the one that most of its drops have', () => {
    const { counts, namesOf, add } = testCounts();
    add(dropAt(0, { reason: 'A' }), dropAt(0, { reason: 'B' }), dropAt(1, { reason: 'B' }));
    const cause = mainCauseOf(counts, namesOf, 'places', 'udp_rcv')!;
    expect(namesOf(cause)!.reason).toBe('B');
    expect(mainCauseOf(counts, namesOf, 'places', 'elsewhere')).toBeUndefined();
  });
});
