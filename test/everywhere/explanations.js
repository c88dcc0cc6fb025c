// Compares the explanations of drops with the kernel's sources. Each source names a file and a function: the file must exist,
// define the function, and contain the drop reason. For a devlink trap, the file must contain the name. Each drop reason that
// the sources list must have a class in src/class.
//
//   node test/everywhere/explanations.js [--tree SERIES=FOLDER]...
//
// --tree 6.12=/usr/src/linux-source-6.12 takes a kernel's tree from a folder. Without --tree, fetches 6.12 from Debian 13, and
// Debian's newest kernel for any other series: if this kernel is newer, the mismatches show which texts need a look.
// Prints each mismatch, and how many reasons each header lists. The last line is "N rows checked, N failed". Status 0: no
// mismatch.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { containsReason, containsWord, definesFunction } from './explanations/kernelText.js';
import { compareReasons, REASON_HEADERS } from './explanations/subsystems.js';

/** @import { Explanation, Explanations } from '../../src/explain/explanation.js' */
/** @typedef {{ name: string, source: readonly string[], misses: (text: string, place: string) => string | undefined }} Row */

const root = new URL('../..', import.meta.url).pathname;
/** The series that Debian 13 has. Others are newer, and come from its backports. */
const STABLE = '6.12';

const { values } = parseArgs({ options: { tree: { type: 'string', multiple: true, default: [] } } });
const rows = await readRows();
const trees = values.tree.length > 0 ? givenTrees(values.tree) : fetchTrees();

let failed = 0;
for (const row of rows) {
  const mismatches = row.source.map((source) => judge(row, source)).filter((text) => text !== undefined);
  for (const mismatch of mismatches) print(`${row.name}: ${mismatch}`);
  if (mismatches.length > 0 || row.source.length === 0) failed++;
}
const unclassified = await printReasons();
print(`${rows.length} rows checked, ${failed} failed`);
process.exitCode = rows.length > 0 && failed === 0 && unclassified === 0 ? 0 : 1;

/** Prints the lists of reasons in all trees. @returns {Promise<number>} the mismatches */
async function printReasons() {
  /** @type {{ REASON_NAMES: ReadonlySet<string> }} */
  const { REASON_NAMES } = await load('src/class/classOf.ts');
  let count = 0;
  for (const [series, tree] of trees) {
    for (const { path, reasons, mismatches } of compareReasons(series, tree, REASON_NAMES)) {
      for (const mismatch of mismatches) print(`Linux ${series} ${path}: ${mismatch}`);
      print(`Linux ${series} ${path}: ${reasons} reasons, ${mismatches.length} mismatches`);
      count += mismatches.length;
    }
  }
  return count;
}

/** The exports of a TypeScript file. @param {string} path */
async function load(path) {
  const { outputFiles } = await build({
    entryPoints: [join(root, path)],
    bundle: true,
    write: false,
    format: 'esm',
  });
  return await import(`data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`);
}

/** All rows of all tables. @returns {Promise<Row[]>} */
async function readRows() {
  /** @type {Record<'REASONS' | 'REASONS_AT_FUNCTIONS' | 'TRAPS' | 'FUNCTIONS', Explanations>} */
  const tables = await load('src/explain/tables.ts');
  return [
    ...rowsOf(tables.REASONS, missesReason(tables.REASONS)),
    ...rowsOf(tables.REASONS_AT_FUNCTIONS, missesReason(tables.REASONS_AT_FUNCTIONS)),
    ...rowsOf(tables.FUNCTIONS, () => missesFunction),
    ...rowsOf(
      tables.TRAPS,
      () => (text, place) => (containsWord(text, place) ? undefined : `has no ${place}`),
    ),
  ];
}

/**
 * @param {Explanations} table
 * @param {(explanation: Explanation) => Row['misses']} missesOf
 */
function rowsOf(table, missesOf) {
  return Object.entries(table).map(([name, row]) => ({ name, source: row.source, misses: missesOf(row) }));
}

/**
 * Of a reason with several names, which have the same explanation, one must be in the file.
 * @param {Explanations} table
 * @returns {(explanation: Explanation) => Row['misses']}
 */
function missesReason(table) {
  return (explanation) => {
    const names = Object.keys(table)
      .filter((key) => table[key] === explanation)
      .map((key) => key.replace(/ .*/, ''));
    return (text, place) =>
      missesFunction(text, place) ??
      (names.some((name) => containsReason(text, name)) ? undefined : `has no ${names.join(' or ')}`);
  };
}

/** @param {string} text @param {string} place */
function missesFunction(text, place) {
  return definesFunction(text, place) ? undefined : `does not define ${place}`;
}

/** What is wrong with a source of a row. @param {Row} row @param {string} source */
function judge(row, source) {
  const words = /^([0-9.]+) ([\w./-]+) (\w+)$/.exec(source);
  if (words === null) return `'${source}' is not VERSION PATH FUNCTION`;
  const [, series = '', path = '', place = ''] = words;
  const tree = trees.get(series);
  if (tree === undefined) return `no tree of Linux ${series} (--tree ${series}=FOLDER)`;
  const file = join(tree, path);
  if (!existsSync(file)) return `Linux ${series} has no ${path}`;
  const miss = row.misses(readFileSync(file, 'utf8'), place);
  return miss === undefined ? undefined : `Linux ${series} ${path} ${miss}`;
}

/** @param {readonly string[]} given SERIES=FOLDER @returns {Map<string, string>} */
function givenTrees(given) {
  return new Map(
    given.map((text) => {
      const [series = '', folder = ''] = text.split(/=(.*)/s);
      return [series, folder];
    }),
  );
}

/** Fetches the files that the rows name, and the headers with the lists of reasons. @returns {Map<string, string>} */
function fetchTrees() {
  const places = rows.flatMap(({ source }) => source).map((text) => text.split(' '));
  const all = [...new Set(places.map(([series = '']) => series))];
  return new Map(
    all.map((series) => {
      const named = places.filter(([of]) => of === series).map(([, path = '']) => path);
      const files = new Set([...named, ...REASON_HEADERS]);
      const script = join(root, 'test/everywhere/explanations/sources.sh');
      const { stdout, status } = spawnSync(script, [series === STABLE ? series : 'newest', ...files], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      if (status !== 0) process.exit(1);
      const [folder = '', version = ''] = stdout.trim().split(' ');
      print(`Linux ${series}: Debian's ${version}`);
      return [series, folder];
    }),
  );
}

/** @param {string} line */
function print(line) {
  process.stdout.write(`${line}\n`);
}
