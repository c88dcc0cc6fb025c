/**
 * Starts the program with the code that V8 made of it when it was built or installed, which spares it a quarter of a
 * short run (test/bench/start.js). Bundled as dist/start.cjs, beside the program.
 */
import { createRequire, Module } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { type ProgramFile, readCode, readProgram, writeCode } from './codeFile.js';

const PROGRAM = join(__dirname, 'program.cjs');
/** Code that another version made, or for other flags, V8 does not take. */
const CODE = join(__dirname, `program-${process.version}-${process.arch}.code`);

/** Runs the program on the arguments of this process. */
export function start(): void {
  const program = readProgram(PROGRAM);
  run(load(program, readCode(CODE, program)));
}

/** The same, and keeps the code of the functions that it took. Exits with 1 when it cannot. */
export function startAndKeepCode(): void {
  const program = readProgram(PROGRAM);
  const script = load(program, undefined);
  process.on('exit', (status) => {
    if (status !== 0) return;
    try {
      writeCode(CODE, program, script.createCachedData());
    } catch (error) {
      process.stderr.write(`dropcap starts slower than it could: ${String(error)}\n`);
      process.exitCode = 1;
    }
  });
  run(script);
}

function load({ bytes }: ProgramFile, cachedData: Buffer | undefined): Script {
  // esbuild writes ASCII, which needs no decoding.
  const source = Module.wrap(bytes.toString('latin1'));
  return new Script(source, { filename: PROGRAM, ...(cachedData && { cachedData }) });
}

function run(script: Script): void {
  const program = script.runInThisContext() as (...variables: unknown[]) => void;
  const module = { exports: {} };
  program(module.exports, createRequire(PROGRAM), module, PROGRAM, __dirname);
}
