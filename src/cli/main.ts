import { type Command, CommanderError } from 'commander';
import { messageOf } from '../errors.js';
import { EXIT_OK, EXIT_USAGE, exitStatusOf } from './exitStatus.js';
import { buildProgram } from './program.js';
import { say } from './terminal.js';

let status = EXIT_OK;
const program = buildProgram((result) => (status = result));
throwInsteadOfExit(program);
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    status = error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
  } else {
    say(`dropcap: ${messageOf(error)}`);
    status = exitStatusOf(error);
  }
}
// Explicitly, since a standard input that nobody reads to its end would keep the process.
process.exit(status);

function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  for (const below of command.commands) throwInsteadOfExit(below);
}
