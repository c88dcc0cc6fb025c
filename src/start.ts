/**
 * Starts the program with the code that V8 made when dropcap was built or installed. This saves a quarter of a short
 * run's time (test/bench/start.js). Bundled as dist/start.cjs, next to the program.
 */
import { createRequire, Module } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { type ProgramFile, readCode, readProgram, writeCode } from './codeFile.js';

/** What stacks call the program. V8 keeps this name with the code, which must not depend on the folder. */
const NAME = 'program.cjs';
const PROGRAM = join(__dirname, NAME);
/** V8 rejects code that another version made, or that was made for other flags. */
const CODE = join(__dirname, `program-${process.version}-${process.arch}.code`);

/** Runs the program with the arguments of this process. */
export function start(): void {
  const program = readProgram(PROGRAM);
  run(load(program, readCode(CODE, program)));
}

/** Runs the program, then writes the code of the functions that ran. Exits with 1 when the code cannot be written. */
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
  // The file is ASCII (build.js): latin1 gives the same characters without decoding UTF-8.
  const source = Module.wrap(bytes.toString('latin1'));
  return new Script(source, { filename: NAME, ...(cachedData && { cachedData }) });
}

function run(script: Script): void {
  const program = script.runInThisContext() as (...variables: unknown[]) => void;
  const module = { exports: {} };
  program(module.exports, createRequire(PROGRAM), module, PROGRAM, __dirname);
}
