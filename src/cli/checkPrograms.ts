import { accessSync, constants, statSync } from 'node:fs';
import { describeFileError, UsageError } from '../errors.js';
import { findProgram } from '../host/programs.js';
import { toolFor } from '../outlet/compressFile.js';
import type { CliOptions } from './options.js';

/** @throws UsageError for a program that is missing: it would be found only when the first file is complete, perhaps after days */
export function checkPrograms({ z, compress }: CliOptions): void {
  const [program] = z ?? [];
  if (program?.includes('/')) {
    try {
      accessSync(program, constants.X_OK);
      if (statSync(program).isDirectory()) throw new Error('it is a folder');
    } catch (error) {
      throw new UsageError(`-z: cannot run ${program}: ${describeFileError(error)}`, { cause: error });
    }
  } else if (program !== undefined && findProgram(program) === undefined) {
    throw new UsageError(`-z: there is no program ${program} in PATH (install it, or give its whole path)`);
  }
  const tool = compress && toolFor(compress);
  if (tool !== undefined && findProgram(tool) === undefined) {
    throw new UsageError(
      `--compress ${compress}: there is no program ${tool} in PATH (install ${tool}, or use --compress gzip)`,
    );
  }
}
