import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CaptureSummary } from '../../../src/capture/capture.js';
import { SummaryOutlet } from '../../../src/cli/summaryOutlet.js';
import { KindTable } from '../../../src/drop/kind.js';
import { NO_STATISTICS } from '../../../src/source/source.js';
import { NO_SYMBOLS, type SymbolLookup } from '../../../src/symbols/symbolLookup.js';
import { batchIn } from '../../support/encoding.js';

const LIVE = { origin: 'all', format: 'pcapng', pc: true } as const;
const SUMMARY: CaptureSummary = {
  captured: 0,
  lost: 0,
  delivered: 0,
  removed: {},
  lostAtEnd: 0,
  source: { ...NO_STATISTICS, queueDrops: 3, overruns: 4 },
};
const kinds = new KindTable();

beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }));
afterEach(() => void vi.useRealTimers());

/** A batch of drops of one kind. */
function batchOf(drops: number, lost = 0) {
  const batch = batchIn(new Uint8Array(0), drops, kinds);
  const facts = { origin: 'software', deviceType: 1, littleEndian: true, reason: 'NO_SOCKET' } as const;
  batch.kind.fill(kinds.intern({ ...facts, symbolText: 'udp_rcv+0x1/0x2 [a b]' }).id);
  batch.length = drops;
  batch.lostBefore[0] = lost;
  return batch;
}

/** An outlet whose output a test reads. While `block` is set, the output takes nothing. */
function outletOf(options: object, symbols: SymbolLookup = NO_SYMBOLS) {
  const out = { text: '', block: false, failure: undefined as Error | undefined };
  let go = () => {};
  const sink = {
    write: async (bytes: Uint8Array) => {
      if (out.failure) throw out.failure;
      if (out.block) await new Promise<void>((resolve) => (go = resolve));
      out.text += Buffer.from(bytes).toString('latin1');
    },
    onFailure: () => {},
    close: () => Promise.resolve(),
    discard: () => Promise.resolve(false),
  };
  const onLoss = vi.fn<() => void>();
  const symbolsLoaded = vi.fn<() => Promise<void>>(() => Promise.resolve());
  const outlet = new SummaryOutlet({ ...LIVE, ...options }, symbols, {
    sink,
    nowMs: Date.now,
    symbolsLoaded,
    onLoss,
  });
  const take = () => {
    const { text } = out;
    out.text = '';
    return text.split('\n').slice(0, -1);
  };
  return { outlet, out, take, onLoss, symbolsLoaded, go: () => go() };
}

describe('SummaryOutlet of a live capture', () => {
  test('prints a table each interval, one line without drops, and the total', async () => {
    const { outlet, take } = outletOf({ interval: 2 });
    outlet.start();
    void outlet.write(batchOf(3));
    await vi.advanceTimersByTimeAsync(2000);
    expect(take()).toEqual([
      expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  3 drops in 2\.0 s \(1\.5 per second\)$/),
      '  drops  per second  reason     place                   class',
      '      3         1.5  NO_SOCKET  udp_rcv+0x1/0x2[a%20b]  host/no-listener',
    ]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(take()).toEqual([expect.stringMatching(/^\S+ \S+  0 drops in 2\.0 s$/)]);
    void outlet.write(batchOf(1));
    await vi.advanceTimersByTimeAsync(500);
    await outlet.end();
    expect(take()[0]).toMatch(/  1 drop in 0\.5 s \(2\.0 per second\)$/);
    await outlet.printTotal(SUMMARY);
    expect(take()[0]).toBe('total  4 drops in 4.5 s (0.9 per second); 7 drops lost, with reasons not known');
  });

  test('says that the reason of counted drops is not known, and gives their class only by the function', async () => {
    const symbols: SymbolLookup = {
      version: 0,
      resolve: (pc) => (pc === 1n ? { symbol: 'nf_hook_slow+0x1/0x2', module: undefined } : undefined),
    };
    const { outlet, take } = outletOf({}, symbols);
    outlet.start();
    outlet.addCounts(
      [
        { programCounter: 1n, count: 1_000_000 },
        { programCounter: 0xffn, count: 2 },
      ],
      undefined,
    );
    outlet.addCounts([{ trap: 'ttl_value_is_too_small', count: 1 }], undefined);
    await vi.advanceTimersByTimeAsync(5000);
    expect(take().slice(2)).toEqual([
      '  1000000    200000.0  (not known)             nf_hook_slow+0x1/0x2  policy/l3/acl',
      '        2         0.4  (not known)             0xff                  -',
      '        1         0.2  ttl_value_is_too_small  -                     errors/l3/ttl-expired',
    ]);
  });

  test('does not take lost alerts of counts for lost drops', async () => {
    const { outlet, take } = outletOf({ json: true });
    outlet.start();
    outlet.addCounts([{ programCounter: 1n, count: 9 }], undefined);
    await outlet.end();
    await outlet.printTotal(SUMMARY);
    expect(JSON.parse(take().at(-1)!)).toMatchObject({ drops: 9, lost: null, queueDrops: 3, overruns: 4 });
  });

  test('waits for the symbols before the total', async () => {
    let place: string | undefined;
    const symbols: SymbolLookup = {
      version: 0,
      resolve: () => (place === undefined ? undefined : { symbol: place, module: undefined }),
    };
    const { outlet, take, symbolsLoaded } = outletOf({ json: true }, symbols);
    symbolsLoaded.mockImplementation(() => {
      place = 'f+0x1/0x2';
      return Promise.resolve();
    });
    outlet.start();
    outlet.addCounts([{ programCounter: 1n, count: 9 }], undefined);
    await outlet.end();
    await outlet.printTotal(SUMMARY);
    expect(take().map((line) => (JSON.parse(line) as { rows: unknown[] }).rows[0])).toMatchObject([
      { pc: '0x1' },
      { symbol: 'f+0x1/0x2' },
    ]);
  });

  test('leaves addresses out with --no-pc', async () => {
    const { outlet, take } = outletOf({ pc: false, json: true });
    outlet.start();
    outlet.addCounts(
      [
        { programCounter: 0xffn, count: 2 },
        { programCounter: 0xfen, count: 3 },
      ],
      undefined,
    );
    await vi.advanceTimersByTimeAsync(5000);
    expect(JSON.parse(take()[0]!)).toMatchObject({ rows: [{ drops: 5, origin: 'software' }] });
  });

  test('prints ten rows, and says how many more there are', async () => {
    const { outlet, take } = outletOf({});
    outlet.start();
    outlet.addCounts(
      Array.from({ length: 13 }, (_, i) => ({ programCounter: BigInt(i + 1), count: 100 - i })),
      undefined,
    );
    await vi.advanceTimersByTimeAsync(5000);
    const lines = take();
    expect(lines).toHaveLength(13);
    expect(lines.at(-1)).toBe('  3 more rows with 267 drops (--json has all rows)');
  });

  test('reports losses once', async () => {
    const { outlet, take, onLoss } = outletOf({ interval: 1 });
    outlet.start();
    void outlet.write(batchOf(1, 70));
    await vi.advanceTimersByTimeAsync(1000);
    expect(take()[0]).toMatch(/; 70 drops lost, with reasons not known$/);
    void outlet.write(batchOf(1, 70));
    await vi.advanceTimersByTimeAsync(1000);
    expect(onLoss).toHaveBeenCalledOnce();
  });

  test('holds one text while its reader stands still: the interval goes on', async () => {
    const { outlet, out, take, go } = outletOf({ interval: 1 });
    outlet.start();
    out.block = true;
    await vi.advanceTimersByTimeAsync(1000);
    expect(outlet.pendingBytes).toBe(0);
    void outlet.write(batchOf(5));
    await vi.advanceTimersByTimeAsync(3000);
    out.block = false;
    go();
    await vi.advanceTimersByTimeAsync(1000);
    expect(take().filter((line) => / drops in /.test(line))).toEqual([
      expect.stringMatching(/  0 drops in 1\.0 s$/),
      expect.stringMatching(/  5 drops in 4\.0 s /),
    ]);
    expect(outlet.pendingBytes).toBeUndefined();
  });

  test('passes a failed write on', async () => {
    const { outlet, out } = outletOf({ interval: 1 });
    outlet.start();
    out.failure = new Error('EPIPE');
    await vi.advanceTimersByTimeAsync(1000);
    await expect(outlet.end()).rejects.toThrow('EPIPE');
  });
});
