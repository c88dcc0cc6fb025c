// Finds drop reasons in a kernel's sources that have no class in src/class. test/unit/class/kernelHeaders.test.ts cannot: the
// lists of mac80211 and Open vSwitch are in no package of headers, and Debian 12 has no headers of the newest kernel.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A header and how it lists reasons: `name` finds a word, `prefix` makes it the name that the kernel reports.
 * @typedef {{ path: string, since: string, name: RegExp, prefix: string }} List
 */
/** @type {readonly List[]} */
const LISTS = [
  { path: 'include/net/dropreason-core.h', since: '6.12', name: /^\tFN\((\w+)\)/gm, prefix: '' },
  { path: 'net/mac80211/drop.h', since: '6.12', name: /^\tR\((\w+)\)/gm, prefix: '' },
  { path: 'net/openvswitch/drop.h', since: '6.12', name: /^\tR\((\w+)\)/gm, prefix: '' },
  {
    path: 'include/net/dropreason-qdisc.h',
    since: '7.2',
    name: /^\tFN\((\w+)\)/gm,
    prefix: 'QDISC_DROP_',
  },
];

/** Names of the number 0, which the lists have too. They stand for no reason. */
const NO_REASON = new Set(['NOT_SPECIFIED', 'QDISC_DROP_UNSPEC']);

/** The files that `compareReasons` reads in a tree. */
export const REASON_HEADERS = LISTS.map(({ path }) => path);

/**
 * Compares the reasons of Linux `series` (6.12 or later), whose sources are in the folder `tree`, with the names that have a
 * class. A header that is not there, or lists nothing, is a mismatch: the list has moved, or has another form.
 * @param {string} series
 * @param {string} tree
 * @param {ReadonlySet<string>} classified
 * @returns {{ path: string, reasons: number, mismatches: string[] }[]}
 */
export function compareReasons(series, tree, classified) {
  const lists = LISTS.filter(({ since }) => since.localeCompare(series, 'en', { numeric: true }) <= 0);
  return lists.map((list) => {
    const reasons = reasonsOf(list, join(tree, list.path));
    const missing = reasons.filter((reason) => !classified.has(reason));
    const mismatches = missing.map((reason) => `${reason} has no class`);
    if (reasons.length === 0) mismatches.push('lists no reasons');
    return { path: list.path, reasons: reasons.length, mismatches };
  });
}

/** @param {List} list @param {string} file */
function reasonsOf({ name, prefix }, file) {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const names = Array.from(text.matchAll(name), ([, word]) => `${prefix}${word}`);
  return names.filter((reason) => !NO_REASON.has(reason));
}
