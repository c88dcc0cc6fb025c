import { type Command, Option } from 'commander';
import type { AssertOptions } from './assertCommand.js';
import { captureOptions } from './options.js';
import { settleTime } from './seconds.js';

const DIFF_HELP = `
Examples:
  dropcap diff before.pcapng after.pcapng          print what changed
  dropcap diff before.pcapng after.pcapng --json   the same as JSON, with all causes

Exit status: 0 no drops that hurt are new, 1 there are, 2 wrong usage, 5 not known: losses, or a file that cannot be read.`;

const ASSERT_HELP = `
Examples:
  dropcap assert 'reason = NO_SOCKET' -- make test         run the tests, and fail if a packet found no socket
  dropcap assert 'iface = eth0 and not tcp' -w drops.pcapng -- ./selftest.sh   keep the drops
  dropcap assert 'reason = NEIGH_FAILED' --settle 5 -- ping -c 1 10.0.0.1      wait for late drops

Exit status: 0 no such drop, and no drop was lost; 1 there were such drops (they are shown); 2 wrong usage; 3 no permission;
4 the kernel lacks support; 5 nothing is proved: losses, or the capture failed; 6 no such drop, but the command failed.`;

/** The options that assert shares with a capture. */
const ASSERT_OPTIONS: ReadonlySet<string | undefined> = new Set([
  '--force',
  '--buffer-size',
  '--queue-length',
  '--passive',
  '--takeover',
]);

/** Whether `--` is before all words of the command. */
function isAfterDashes(command: readonly string[], program: Command): boolean {
  const words = (program as Command & { readonly rawArgs: readonly string[] }).rawArgs;
  const dashes = words.indexOf('--');
  return dashes >= 0 && words.length - dashes > command.length;
}

/** Adds the commands whose exit status is an answer. */
export function addTestCommands(program: Command, finish: (status: number) => void): void {
  program
    .command('diff')
    .argument('<before>')
    .argument('<after>')
    .description('compare two files of drops: which causes are new, gone, or changed in rate beyond chance')
    .option('--json', 'print the comparison as a JSON object')
    .addHelpText('after', DIFF_HELP)
    .action(async (before: string, after: string, options: { json?: true }) => {
      const { compareFiles } = await import('./diffCommand.js');
      finish(await compareFiles(before, after, options.json ?? false));
    });
  const assert = program
    .command('assert')
    .argument('<expression>')
    .argument('<command...>')
    .usage('[options] <expression> -- <command...>')
    .description('run a command, and fail if drops that fit an expression came while it ran')
    .addOption(
      new Option('--settle <seconds>', 'time from the end of the command to the end of the capture')
        .argParser(settleTime)
        .default(0.5),
    )
    .option('-w, --write <file>', 'write the drops that fit to a capture file');
  for (const option of captureOptions()) if (ASSERT_OPTIONS.has(option.long)) assert.addOption(option);
  assert
    .addHelpText('after', ASSERT_HELP)
    .action(async (expression: string, command: string[], options: AssertOptions) => {
      // Without --, options of the command would be taken for options of dropcap: ping -w 5.
      if (!isAfterDashes(command, program)) assert.error('error: -- is missing before the command');
      const { assertNoDrops } = await import('./assertCommand.js');
      finish(await assertNoDrops(expression, command, options));
    });
}
