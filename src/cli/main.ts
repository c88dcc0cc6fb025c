import { type Command, CommanderError } from 'commander';
import { messageOf } from '../errors.js';
import { EXIT_FAILED, EXIT_OK, EXIT_USAGE, exitStatusOf } from './exitStatus.js';
import { PRIORITY_ERROR } from './journal.js';
import { buildProgram, VERSION_ASKED } from './program.js';
import { outputTaken, say } from './terminal.js';

// The status when Node exits before run() ends.
process.exitCode = EXIT_FAILED;
// Exit explicitly: an open standard input that is not read to its end would keep the process alive.
void run().then(async (status) => {
  await outputTaken();
  process.exit(status);
});

async function run(): Promise<number> {
  let status = EXIT_OK;
  const program = buildProgram((result) => (status = result));
  throwInsteadOfExit(program);
  try {
    await program.parseAsync();
    return status;
  } catch (error) {
    if (error instanceof CommanderError && error.code === VERSION_ASKED) {
      const { showVersion } = await import('./versionCommand.js');
      return showVersion();
    }
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
    say(`dropcap: ${isIncomplete(error) ? INCOMPLETE : messageOf(error)}`, PRIORITY_ERROR);
    return exitStatusOf(error);
  }
}

const INCOMPLETE = 'its files are not complete: install dropcap again (npm run build, in a checkout)';

/** Whether one of the files is missing that the program loads when it needs them (build.js). */
function isIncomplete(error: unknown): boolean {
  return error instanceof Error && /^Cannot find module '\.\/\w+\.cjs'/.test(error.message);
}

function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  for (const subcommand of command.commands) throwInsteadOfExit(subcommand);
}
