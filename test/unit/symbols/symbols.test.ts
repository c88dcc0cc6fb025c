import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { InputError } from '../../../src/errors.js';
import { openRecording } from '../../../src/source/file/recording.js';
import { KallsymsParser, parseKallsyms } from '../../../src/symbols/kallsyms.js';
import { loadSymbols } from '../../../src/symbols/loadSymbols.js';
import { LiveSymbols, lookupIn } from '../../../src/symbols/symbolLookup.js';
import '../../support/properties.js';

const sample = (name: string) =>
  fileURLToPath(new URL(`../../../samples/recordings/linux-6.12/${name}`, import.meta.url));

const TEXT = `0000000000000000 A fixed_percpu_data
0000000000001000 A cpu_debug_store
ffffffff81000000 T _stext
ffffffff81000000 T first_of_two
ffffffff81000040 t $x
ffffffff81000100 t helper.constprop.0
ffffffff81000180 W weak
ffffffff81000180 T strong
not a line
fffffffff81000190 T seventeen_digits
ffffffffc0002000 t late	[mod_a]
ffffffffc0001000 t early	[mod_a]
ffffffffc0001800 t middle	[mod_a]
ffffffffc0003000 t other	[mod_b]`;

const resolve = (text: string, address: bigint) =>
  parseKallsyms(Buffer.from(text)).table.resolve(Number(address >> 32n), Number(address & 0xffffffffn));

describe('parseKallsyms', () => {
  const cases = [
    {
      name: 'the first of two names',
      address: 0xffffffff81000000n,
      symbol: '_stext+0x0/0x100',
      module: undefined,
    },
    {
      name: 'an offset and a size',
      address: 0xffffffff81000123n,
      symbol: 'helper.constprop.0+0x23/0x80',
      module: undefined,
    },
    {
      name: 'a module out of order',
      address: 0xffffffffc0001004n,
      symbol: 'early+0x4/0x800',
      module: 'mod_a',
    },
    {
      name: 'the symbol before another one',
      address: 0xffffffffc0001fffn,
      symbol: 'middle+0x7ff/0x800',
      module: 'mod_a',
    },
  ];
  test.each(cases)('resolves $name', ({ address, symbol, module }) => {
    expect(resolve(TEXT, address)).toEqual({ symbol, module });
  });

  const unknown = [
    { name: 'below the first symbol', address: 0xffffffff80ffffffn },
    { name: "after the kernel's last symbol, whose end is unknown", address: 0xffffffff81000181n },
    { name: "after a module's last symbol", address: 0xffffffffc0002001n },
    { name: 'after the last symbol of all', address: 0xffffffffc0003001n },
  ];
  test.each(unknown)('finds nothing $name', ({ address }) => {
    expect(resolve(TEXT, address)).toBeUndefined();
  });

  test('recognises addresses that kptr_restrict hides', () => {
    const { hidden, table } = parseKallsyms(
      Buffer.from('0000000000000000 T _stext\n0000000000000000 t x\t[m]\n'),
    );
    expect([hidden, table.size]).toEqual([true, 1]);
    expect(parseKallsyms(Buffer.from(TEXT)).hidden).toBe(false);
    expect(parseKallsyms(new Uint8Array(0)).hidden).toBe(false);
  });

  const WITH_DATA = `ffffffff81000000 T function
ffffffff81000100 D variable
ffffffff81000180 b other_variable
ffffffff81000200 t later
ffffffff81000300 T end`;

  test('ends a function where data begins, and finds nothing in data', () => {
    expect(resolve(WITH_DATA, 0xffffffff810000ffn)?.symbol).toBe('function+0xff/0x100');
    for (const address of [0xffffffff81000100n, 0xffffffff81000181n, 0xffffffff810001ffn]) {
      expect(resolve(WITH_DATA, address)).toBeUndefined();
    }
    expect(resolve(WITH_DATA, 0xffffffff81000200n)?.symbol).toBe('later+0x0/0x100');
  });

  test('parses a text that comes in parts', () => {
    const text = Buffer.from(TEXT);
    for (let middle = 0; middle <= text.length; middle += 7) {
      const parser = new KallsymsParser();
      const taken = parser.add(text.subarray(0, middle), false);
      expect(parser.add(text.subarray(taken), true)).toBe(text.length - taken);
      const { table } = parser.finish();
      expect(table.size).toBe(7);
      for (const { address, symbol, module } of cases) {
        const place = table.resolve(Number(address >> 32n), Number(address & 0xffffffffn));
        expect(place).toEqual({ symbol, module });
      }
    }
  });

  test('grows with the list', () => {
    const name = 'n'.repeat(40);
    const lines = Array.from({ length: 270_000 }, (_, i) => `${(16 * (i + 1)).toString(16)} t ${name}${i}`);
    const text = lines.join('\n');
    for (const i of [0, 150_000, 269_998]) {
      expect(resolve(text, BigInt(16 * (i + 1)))?.symbol).toBe(`${name}${i}+0x0/0x10`);
    }
  });

  test('accepts any bytes', () => {
    const line = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(...TEXT.split('\n')).map((text) => Uint8Array.from(Buffer.from(`${text}\n`))),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.nat(0xffffffff), (lines, low) => {
        const { table } = parseKallsyms(Buffer.concat(lines));
        const place = table.resolve(0xffffffff, low);
        expect(place?.symbol ?? '+0x0/0x0').toMatch(/\+0x[0-9a-f]+\/0x[0-9a-f]+$/);
      }),
    );
  });
});

describe('the symbols of a recording', () => {
  test("are the kernel's symbols for every alert", async () => {
    const { table } = await loadSymbols(sample('kallsyms.gz'));
    expect(table.size).toBeGreaterThan(110_000);
    let alerts = 0;
    for (const name of ['nlmon.pcap', 'dwdump.pcap', 'nlmon-trunc64.pcap', 'dwdump-trunc64.pcap']) {
      for await (const batch of await openRecording(sample(name))) {
        for (const { programCounter, symbol, module } of batch) {
          if (programCounter === undefined) continue;
          const place = table.resolve(Number(programCounter >> 32n), Number(programCounter & 0xffffffffn))!;
          expect(place).toEqual({ symbol, module });
          alerts++;
        }
        batch.release();
      }
    }
    expect(alerts).toBe(68);
  });
});

describe('loadSymbols', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'dropcap-symbols-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('reads plain and gzipped lists', async () => {
    writeFileSync(join(folder, 'plain'), TEXT);
    writeFileSync(join(folder, 'zipped'), gzipSync(TEXT));
    for (const name of ['plain', 'zipped'])
      expect((await loadSymbols(join(folder, name))).table.size).toBe(7);
  });

  test('reads a list that is longer than its buffer, and skips a line that is', async () => {
    const path = join(folder, 'long');
    const lines = Array.from(
      { length: 10_000 },
      (_, i) => `${(0x1000 + 16 * i).toString(16)} t function_${i}`,
    );
    writeFileSync(path, [...lines, `2 t ${'x'.repeat(200_000)}`, '1 t first'].join('\n'));
    const { table } = await loadSymbols(path);
    expect(table.size).toBe(10_001);
    expect(table.resolve(0, 0x1000 + 16 * 9_876)?.symbol).toBe('function_9876+0x0/0x10');
  });

  test.each([
    ['that is not there', undefined],
    ['that is empty', ''],
    ['that is something else', 'hello\n'],
    ['whose compression is broken', '\u001f\u008bxx'],
  ])('refuses a list %s', async (_name, content) => {
    const path = join(folder, 'bad');
    rmSync(path, { force: true });
    if (content !== undefined) writeFileSync(path, content, 'latin1');
    await expect(loadSymbols(path)).rejects.toThrow(InputError);
  });

  test('refuses a list of more lines than any kernel has symbols', async () => {
    const path = join(folder, 'lines');
    const line = '1 T a\n';
    writeFileSync(path, line.repeat(1 << 20));
    expect((await loadSymbols(path)).table.size).toBe(1);
    writeFileSync(path, line.repeat((1 << 20) + 1));
    await expect(loadSymbols(path)).rejects.toThrow(/cannot read symbols from .*: .* at most 1048576 lines/);
  });

  test('refuses a small file that unzips to more than is read', async () => {
    const path = join(folder, 'bomb');
    writeFileSync(path, gzipSync(Buffer.alloc((1 << 26) + 1)));
    await expect(loadSymbols(path)).rejects.toThrow(/: more than 67108864 bytes$/);
  });
});

describe('lookupIn', () => {
  const symbols = lookupIn(parseKallsyms(Buffer.from(TEXT)).table);
  const cases: { name: string; text: string | undefined; module: string | undefined }[] = [
    { name: 'no text', text: undefined, module: 'mod_a' },
    { name: 'the same text', text: 'early+0x4/0x800 [mod_a]', module: 'mod_a' },
    { name: 'a text that was cut', text: 'early+0x4/0x800 [m', module: 'mod_a' },
    { name: 'the text of a module that was there before', text: 'gone+0x4/0x800 [mod_c]', module: undefined },
  ];
  test.each(cases)('gives no symbol that the kernel contradicts: $name', ({ text, module }) => {
    expect(symbols.resolve(0xffffffffc0001004n, text)?.module).toBe(module);
  });
});

describe('LiveSymbols', () => {
  const TEXT_OF_LONG_NAMES = `ffffffff81000100 t __netif_receive_skb_core.constprop.0
ffffffff81000180 T helper
ffffffff81000200 T last
`;
  const CUT = '__netif_receive_skb_core.constprop.0+0x';

  function countedSymbols() {
    const counted = { loads: 0, nowMs: 0 };
    const load = () => {
      counted.loads++;
      return Promise.resolve(parseKallsyms(Buffer.from(TEXT_OF_LONG_NAMES)).table);
    };
    return { counted, symbols: new LiveSymbols(load, () => counted.nowMs) };
  }

  test('loads in the background at the first text that the kernel cut', async () => {
    const { counted, symbols } = countedSymbols();
    expect(symbols.resolve(undefined, undefined)).toBeUndefined();
    expect([counted.loads, symbols.version]).toEqual([0, 0]);
    expect(symbols.resolve(0xffffffff81000123n, CUT)).toBeUndefined();
    await symbols.refresh();
    expect([counted.loads, symbols.version]).toEqual([1, 1]);
    expect(symbols.resolve(0xffffffff81000123n, CUT)?.symbol).toBe(
      '__netif_receive_skb_core.constprop.0+0x23/0x80',
    );
  });

  test('waits for a load that runs, and not without one', async () => {
    const { counted, symbols } = countedSymbols();
    await symbols.loaded();
    expect(counted.loads).toBe(0);
    symbols.resolve(0xffffffff81000183n, undefined);
    await symbols.loaded();
    expect(symbols.resolve(0xffffffff81000183n, undefined)?.symbol).toBe('helper+0x3/0x80');
    expect(counted.loads).toBe(1);
  });

  /** Symbols that are loaded, and time passed since. */
  async function loadedBefore(ms: number) {
    const { counted, symbols } = countedSymbols();
    symbols.resolve(0xffffffff81000123n, CUT);
    await settled();
    counted.nowMs += ms;
    return { counted, symbols };
  }
  const settled = () => new Promise<void>((done) => setImmediate(done));
  const UNKNOWN = 0xffffffffc0005000n;

  test('loads again at once for a new address, as of a module that was just loaded', async () => {
    const { counted, symbols } = await loadedBefore(2000);
    symbols.resolve(UNKNOWN, undefined);
    expect(counted.loads).toBe(2);
  });

  test('loads again for an address that a load did not find only after 10 seconds', async () => {
    const { counted, symbols } = await loadedBefore(2000);
    symbols.resolve(UNKNOWN, undefined);
    await settled();
    counted.nowMs += 9999;
    symbols.resolve(UNKNOWN, undefined);
    expect(counted.loads).toBe(2);
    counted.nowMs += 1;
    symbols.resolve(UNKNOWN, undefined);
    expect(counted.loads).toBe(3);
  });

  test('loads once, 2 seconds after the last load, for many new addresses that came sooner', async () => {
    const { counted, symbols } = await loadedBefore(500);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      for (let i = 0n; i < 10_000n; i++) symbols.resolve(UNKNOWN + i, undefined);
      vi.advanceTimersByTime(1499);
      expect(counted.loads).toBe(1);
      counted.nowMs = 2000;
      vi.advanceTimersByTime(1);
      expect(counted.loads).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });

  test('tries unreadable symbols again only after 10 seconds, also for a new address', async () => {
    const counted = { loads: 0, nowMs: 0 };
    const load = () => Promise.resolve(void counted.loads++);
    const symbols = new LiveSymbols(load, () => counted.nowMs);
    symbols.resolve(UNKNOWN, undefined);
    await settled();
    counted.nowMs = 9999;
    symbols.resolve(UNKNOWN + 1n, undefined);
    expect(counted.loads).toBe(1);
    counted.nowMs = 10_000;
    symbols.resolve(UNKNOWN + 2n, undefined);
    expect(counted.loads).toBe(2);
  });

  test.each([
    { name: 'a whole text', text: 'helper+0x3/0x80', loads: 0 },
    { name: 'the longest that is surely whole', text: 'helper+0x3/0x80 [abcdefghijklmnopqrst]', loads: 0 },
    {
      name: 'one of 39 characters, which may be cut',
      text: 'helper+0x3/0x80 [abcdefghijklmnopqrstu]',
      loads: 1,
    },
    { name: 'none', text: undefined, loads: 1 },
  ])('loads when the kernel does not report the symbol: $name', ({ text, loads }) => {
    const { counted, symbols } = countedSymbols();
    symbols.resolve(0xffffffff81000183n, text);
    expect(counted.loads).toBe(loads);
  });
});
