/**
 * Starts the program with the code that V8 made of it when it was built or installed, which spares it a third of a
 * short run (test/bench/start.js). Bundled as dist/start.cjs, beside the program.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';

/** Tells one build of the program from another: build.js. */
declare const PROGRAM_ID: string;

const PROGRAM = join(__dirname, 'program.cjs');
/** Code that another version made, or for other flags, V8 does not take. */
const CODE = join(__dirname, `program-${PROGRAM_ID}-${process.version}-${process.arch}.code`);

/** Runs the program on the arguments of this process. */
export function start(): void {
  run(load(readCode()));
}

/** The same, and keeps the code of the functions that it took. Exits with 1 when it cannot. */
export function startAndKeepCode(): void {
  const script = load(undefined);
  process.on('exit', (status) => {
    if (status !== 0) return;
    try {
      keep(script.createCachedData());
    } catch (error) {
      process.stderr.write(`dropcap starts slower than it could: ${String(error)}\n`);
      process.exitCode = 1;
    }
  });
  run(script);
}

/** All or nothing, since V8 does not see what is wrong within code. */
function keep(code: Buffer): void {
  const unfinished = `${CODE}.${process.pid}`;
  writeFileSync(unfinished, code, { flush: true, flag: 'wx' });
  renameSync(unfinished, CODE);
}

function readCode(): Buffer | undefined {
  try {
    return readFileSync(CODE);
  } catch {
    return undefined;
  }
}

function load(cachedData: Buffer | undefined): Script {
  // esbuild writes ASCII, which needs no decoding.
  const source = Module.wrap(readFileSync(PROGRAM, 'latin1'));
  return new Script(source, { filename: PROGRAM, ...(cachedData && { cachedData }) });
}

function run(script: Script): void {
  const program = script.runInThisContext() as (...variables: unknown[]) => void;
  const module = { exports: {} };
  program(module.exports, createRequire(PROGRAM), module, PROGRAM, __dirname);
}
