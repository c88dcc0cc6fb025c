import { expect, test, vi } from 'vitest';
import { UsageError } from '../../../src/errors.js';
import { compileFilter } from '../../../src/filter/compileFilter.js';
import { LINKTYPE_ETHERNET } from '../../../src/linktype/constants.js';
import { FRAMING_RAW } from '../../../src/linktype/framing.js';
import { batchOfRows } from '../../support/rows.js';

/** The names that libpcap knows in this test, and how often a program was compiled. */
const libpcap = { version: undefined as string | undefined, knows: (_linkType: number) => true, compiled: 0 };

class PacketFilter {
  readonly constant = undefined;
  readonly asksKernel = false;
  constructor(linkType: number, text: string) {
    libpcap.compiled++;
    if (!libpcap.knows(linkType)) throw new Error(`unknown host '${text}'`);
  }
  matchRows(): void {
    // All rows fit.
  }
}
const binding = { pcapVersion: () => libpcap.version, PacketFilter };
vi.mock('../../../src/binding/load.js', () => ({ loadBinding: () => binding }));

test('without libpcap, terms about the drop work, and terms about the packet name the package', () => {
  expect(compileFilter('reason = NO_SOCKET and not lost').text).toBe('reason = NO_SOCKET and not lost');
  expect(() => compileFilter('reason = NO_SOCKET and tcp')).toThrow(
    new UsageError(
      'filter: libpcap is missing, which reads terms about packets such as "tcp port 443" (Debian, Ubuntu: sudo apt install libpcap0.8; Fedora, RHEL: sudo dnf install libpcap)',
    ),
  );
});

test('looks up names once, before the first drop', () => {
  libpcap.version = 'libpcap 1.10';
  const filter = compileFilter('host a.example');
  const { compiled } = libpcap;
  libpcap.knows = () => false;
  const batch = batchOfRows([
    { packet: Uint8Array.of(1) },
    { packet: Uint8Array.of(2), framing: FRAMING_RAW },
  ]);
  expect([...filter.judge(batch).subarray(0, 2)]).toEqual([1, 1]);
  expect(libpcap.compiled).toBe(compiled);
  // Also a lookup that failed only once: the packets of that link type would fit without a word, or not fit.
  for (const knows of [() => false, (linkType: number) => linkType !== LINKTYPE_ETHERNET]) {
    libpcap.knows = knows;
    expect(() => compileFilter('host a.example')).toThrow("filter: libpcap: unknown host 'host a.example'");
  }
});

test('judges an expression of 900 levels, and refuses one of 1100', () => {
  const levels = (count: number) => `${'lost and lost or '.repeat(count / 2)}not lost`;
  const batch = batchOfRows([{ packet: Uint8Array.of(1) }]);
  expect(compileFilter(levels(900)).judge(batch)[0]).toBe(1);
  expect(() => compileFilter(levels(1100))).toThrow('filter: the expression is nested too deeply');
});
