import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compareReasons, REASON_HEADERS } from '../../everywhere/explanations/subsystems.js';

/** The lists as the kernel writes them, with one or two reasons each. */
const HEADERS: Readonly<Record<string, string>> = {
  'include/net/dropreason-core.h':
    '#define DEFINE_DROP_REASON(FN, FNe)\t\\\n\tFN(NOT_SPECIFIED)\t\\\n\tFN(NO_SOCKET)\t\\\n\tFNe(MAX)\n',
  'net/mac80211/drop.h':
    '#define REASONS(R)\t\\\n\t/* 0x00 */\t\\\n\tR(RX_DROP_U_OOM)\t\\\n\tR(RX_DROP_U_NEW)\t\\\n/* end */\n',
  'net/openvswitch/drop.h': '#define OVS_DROP_REASONS(R)\t\\\n\tR(OVS_DROP_METER)\t\\\n',
  'include/net/dropreason-qdisc.h':
    '#define DEFINE_QDISC_DROP_REASON(FN, FNe)\t\\\n\tFN(UNSPEC)\t\\\n\tFN(CONGESTED)\t\\\n\tFNe(MAX)\n#undef FN\n',
};
const ALL = new Set([
  'NO_SOCKET',
  'RX_DROP_U_OOM',
  'RX_DROP_U_NEW',
  'OVS_DROP_METER',
  'QDISC_DROP_CONGESTED',
]);

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'dropcap-sources-'));
  for (const [path, text] of Object.entries(HEADERS)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
});
afterEach(() => rmSync(tree, { recursive: true }));

const without = (name: string) => new Set([...ALL].filter((other) => other !== name));
const mismatches = (series: string, classified: ReadonlySet<string>) =>
  compareReasons(series, tree, classified).flatMap((row) => row.mismatches);

describe('compareReasons', () => {
  test('counts the reasons of each header', () => {
    expect(compareReasons('7.3', tree, ALL)).toEqual([
      { path: 'include/net/dropreason-core.h', reasons: 1, mismatches: [] },
      { path: 'net/mac80211/drop.h', reasons: 2, mismatches: [] },
      { path: 'net/openvswitch/drop.h', reasons: 1, mismatches: [] },
      { path: 'include/net/dropreason-qdisc.h', reasons: 1, mismatches: [] },
    ]);
    expect(REASON_HEADERS).toEqual(Object.keys(HEADERS));
  });

  test.each([...ALL])('finds that %s has no class', (name) => {
    expect(mismatches('7.3', without(name))).toEqual([`${name} has no class`]);
  });

  test('finds a header that is gone or has another form', () => {
    rmSync(join(tree, 'net/openvswitch/drop.h'));
    writeFileSync(join(tree, 'net/mac80211/drop.h'), 'enum { RX_DROP_U_OOM };\n');
    expect(mismatches('7.3', ALL)).toEqual(['lists no reasons', 'lists no reasons']);
  });

  test('expects no list of queueing disciplines before Linux 7.2', () => {
    rmSync(join(tree, 'include/net/dropreason-qdisc.h'));
    expect(mismatches('6.12', ALL)).toEqual([]);
    expect(mismatches('7.2', ALL)).toEqual(['lists no reasons']);
  });
});
