import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { REASON_NAMES, TRAP_NAMES } from '../../../src/class/classOf.js';
import { PLACES, REASONS_AT_PLACES } from '../../../src/class/places.js';
import { explainName, explanationOf, namesLike } from '../../../src/explain/explain.js';
import type { Explanation } from '../../../src/explain/explanation.js';
import { FUNCTIONS, REASONS, REASONS_AT_FUNCTIONS, TRAPS } from '../../../src/explain/tables.js';

const root = new URL('../../../src/explain/', import.meta.url);

/** Texts of a row. */
function textsOf({ what, causes, sender, counters, next, source }: Explanation): string[] {
  return [what, sender, counters, ...next, ...source, ...causes.flat()];
}

describe('every drop that has a class has an explanation', () => {
  // test/unit/class/kernelHeaders.test.ts and test/everywhere/explanations.js compare the classes with kernels.
  test.each([
    ['reasons', [...REASON_NAMES], REASONS],
    ['traps', [...TRAP_NAMES], TRAPS],
    ['functions', Object.keys(PLACES), FUNCTIONS],
    ['reasons at functions', Object.keys(REASONS_AT_PLACES), REASONS_AT_FUNCTIONS],
  ])('%s', (_name, names, rows) => {
    expect(names.length).toBeGreaterThan(1);
    expect(names.filter((name) => !Object.hasOwn(rows, name))).toEqual([]);
  });

  test('and the rows of every table of the folders are reached', async () => {
    const reached = new Set(
      [REASONS, REASONS_AT_FUNCTIONS, TRAPS, FUNCTIONS].flatMap((rows) => Object.values(rows)),
    );
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\/.*\.ts$/.test(file),
    );
    expect(files.length).toBeGreaterThan(40);
    for (const file of files) {
      const tables = (await import(new URL(file, root).href)) as Record<string, unknown>;
      const rows = Object.values(tables).flatMap((table) => Object.entries(table ?? {})) as [
        string,
        unknown,
      ][];
      const lost = rows.filter(([, row]) => isExplanation(row) && !reached.has(row));
      expect([file, lost.map(([name]) => name)]).toEqual([file, []]);
    }
  });
});

function isExplanation(value: unknown): value is Explanation {
  return typeof value === 'object' && value !== null && 'what' in value;
}

describe('every explanation', () => {
  const rows = Object.entries({ ...REASONS, ...REASONS_AT_FUNCTIONS, ...TRAPS, ...FUNCTIONS });

  test('has all its parts, in printable characters', () => {
    const wrong = rows.filter(
      ([, row]) =>
        row.causes.length === 0 ||
        row.next.length === 0 ||
        row.source.length === 0 ||
        textsOf(row).some((text) => !/^[!-~][ -~]*[!-~]$/.test(text)),
    );
    expect(wrong.map(([name]) => name)).toEqual([]);
  });

  test('has sentences that end, and names the kernel code as version, path and function', () => {
    const wrong = rows.filter(
      ([, { what, sender, counters, causes, source }]) =>
        [what, sender, counters, ...causes.flat()].some((text) => !/[.)]$/.test(text)) ||
        source.some((text) => !/^\d+\.\d+ [\w/.-]+ \w+$/.test(text)),
    );
    expect(wrong.map(([name]) => name)).toEqual([]);
  });
});

describe('a name is found', () => {
  test.each([
    ['no_socket', ['NO_SOCKET']],
    ['SKB_DROP_REASON_NO_SOCKET', ['NO_SOCKET']],
    ['TTL_value_is_too_small', ['ttl_value_is_too_small']],
    ['nft_do_chain', ['nft_do_chain']],
    ['tcp_v4_rcv+0x1b5/0x1090', ['tcp_v4_rcv']],
    ['nft_do_chain[nf_tables]', ['nft_do_chain']],
    ['IP_INHDR', ['IP_INHDR', 'IP_INHDR at ip_forward', 'IP_INHDR at ip6_forward']],
    ['ip_forward', ['ip_forward', 'IP_INHDR at ip_forward']],
    ['toString', []],
    ['__proto__', []],
    ['', []],
  ])('%s', (name, found) => {
    expect(explainName(name).map((one) => one.name)).toEqual(found);
  });

  test('or names that are like it', () => {
    expect(namesLike('rcvbuf')).toEqual(['SOCKET_RCVBUFF']);
    expect(namesLike('NO_SOCKT')).toEqual(['NO_SOCKET']);
    expect(namesLike('SKB_DROP_REASON_PKT_TOO_SMAL')).toEqual(['PKT_TOO_SMALL']);
    expect(namesLike('zzz')).toEqual([]);
    expect(namesLike(' ')).toEqual([]);
  });
});

describe('the explanation of a drop', () => {
  test.each([
    [{ trap: 'blackhole_route', reason: 'NO_SOCKET' }, 'blackhole_route'],
    [{ reason: 'IP_INHDR', symbol: 'ip_forward+0x1/0x2' }, 'IP_INHDR at ip_forward'],
    [{ reason: 'IP_INHDR', symbol: 'ip_rcv_core+0x1/0x2' }, 'IP_INHDR'],
    [{ reason: 'NOT_SPECIFIED', symbol: 'nf_hook_slow.constprop.0+0x1/0x2' }, 'nf_hook_slow'],
    [{ symbol: 'ip6_mc_input+0x1/0x2' }, 'ip6_mc_input'],
    [{ reason: 'REASON_OF_TOMORROW', symbol: 'nf_hook_slow+0x1/0x2' }, undefined],
    [{ trap: 'trap_of_a_driver' }, undefined],
    [{ reason: 'constructor' }, undefined],
    [{}, undefined],
  ])('of %j', (cause, name) => {
    expect(explanationOf(cause)?.name).toBe(name);
  });
});
