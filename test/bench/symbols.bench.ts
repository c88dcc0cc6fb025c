import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { bench, describe } from 'vitest';
import { parseKallsyms } from '../../src/symbols/kallsyms.js';

/** The 170,000 symbols of a real kernel: as a table over the text, and as sorted objects. */
const text = new Uint8Array(
  gunzipSync(readFileSync(new URL('../../samples/recordings/linux-6.12/kallsyms.gz', import.meta.url))),
);
const LOOKUPS = 1000;

interface SymbolObject {
  readonly address: bigint;
  readonly name: string;
  readonly module: string | undefined;
}

function parseObjects(): SymbolObject[] {
  const symbols: SymbolObject[] = [];
  for (const line of Buffer.from(text).toString('latin1').split('\n')) {
    const [, address, type, name, module] = /^([0-9a-f]+) (.) ([^\t]+)(?:\t\[(.*)\])?$/.exec(line) ?? [];
    if (address === undefined || name === undefined || type === 'a' || type === 'A') continue;
    symbols.push({ address: BigInt(`0x${address}`), name, module });
  }
  return symbols.toSorted((a, b) => (a.address < b.address ? -1 : Number(a.address > b.address)));
}

function find(symbols: readonly SymbolObject[], address: bigint): string | undefined {
  let [from, to] = [0, symbols.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (symbols[middle]!.address <= address) from = middle + 1;
    else to = middle;
  }
  while (from > 1 && symbols[from - 2]!.address === symbols[from - 1]!.address) from--;
  const symbol = symbols[from - 1];
  let behind = from;
  while (symbols[behind]?.address === symbol?.address) behind++;
  const next = symbols[behind];
  if (!symbol || symbol.module !== next?.module) return undefined;
  const [offset, size] = [address - symbol.address, next!.address - symbol.address];
  return `${symbol.name}+0x${offset.toString(16)}/0x${size.toString(16)}`;
}

const { table } = parseKallsyms(text);
const objects = parseObjects();
/** Addresses in functions of the whole kernel. */
const addresses = Array.from({ length: LOOKUPS }, (_, i) => {
  return objects[Math.floor((i * 0.9 * objects.length) / LOOKUPS)]!.address + 1n;
});
const words = addresses.map((address) => [Number(address >> 32n), Number(address & 0xffffffffn)] as const);

describe('reading /proc/kallsyms', () => {
  bench('parseKallsyms', () => void parseKallsyms(text), { iterations: 5, warmupIterations: 1 });
  bench('as objects', () => void parseObjects(), { iterations: 5, warmupIterations: 1 });
});

describe('a thousand look-ups', () => {
  bench('SymbolTable', () => {
    for (const [high, low] of words) table.resolve(high, low);
  });
  bench('binary search in objects', () => {
    for (const address of addresses) find(objects, address);
  });
});
