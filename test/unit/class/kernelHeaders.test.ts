import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CORE_REASONS } from '../../../src/class/coreReasons.js';
import { QDISC_REASONS } from '../../../src/class/subsystemReasons.js';
import { TRAPS } from '../../../src/class/traps.js';

const SOURCES = '/usr/src';
/** The headers of the newest kernel that is installed here (Debian's linux-headers-*-common). */
const newest = newestHeaders();

function newestHeaders(): string | undefined {
  const folders = existsSync(SOURCES) ? readdirSync(SOURCES) : [];
  const headers = folders.filter((name) => /^linux-headers-\d.*-common$/.test(name));
  const last = headers.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  return last && join(SOURCES, last, 'include/net');
}

/** The names that `pattern` finds in the first of these headers that the kernel has. */
function namesIn(files: readonly string[], pattern: RegExp): string[] {
  if (newest === undefined) throw new Error(`no headers in ${SOURCES} (install linux-headers-*-common)`);
  const path = files.map((file) => join(newest, file)).find((file) => existsSync(file));
  return path === undefined
    ? []
    : Array.from(readFileSync(path, 'utf8').matchAll(pattern), ([, name]) => name!);
}

// Without headers, these tests are skipped. With CI set, they fail instead.
describe.skipIf(newest === undefined && !process.env['CI'])('the newest kernel in /usr/src has no', () => {
  test('drop reason without a class', () => {
    const names = namesIn(['dropreason-core.h', 'dropreason.h'], /^\tFN\((\w+)\)/gm);
    expect(names.length).toBeGreaterThan(60);
    expect(names.filter((name) => name !== 'NOT_SPECIFIED' && !(name in CORE_REASONS))).toEqual([]);
  });

  test('drop reason of a queueing discipline without a class', () => {
    const names = namesIn(['dropreason-qdisc.h'], /^\tFN\((\w+)\)/gm);
    const missing = names.filter((name) => name !== 'UNSPEC' && !(`QDISC_DROP_${name}` in QDISC_REASONS));
    expect(missing).toEqual([]);
  });

  test('generic devlink trap without a class', () => {
    const names = namesIn(['devlink.h'], /^#define DEVLINK_TRAP_GENERIC_NAME_\w+ \\\s+"(\w+)"/gm);
    expect(names.length).toBeGreaterThan(90);
    expect(names.filter((name) => !(name in TRAPS))).toEqual([]);
  });
});
