import { type Command, InvalidArgumentError, Option } from 'commander';
import { TABLES, type TableName } from '../top/tables.js';
import { captureOptions, type CliOptions } from './options.js';

/** The options of `dropcap top`, as commander parses them. */
export interface TopOptions extends Pick<
  CliOptions,
  | 'read'
  | 'bufferSize'
  | 'queueLength'
  | 'passive'
  | 'takeover'
  | 'kallsyms'
  | 'relinquishPrivileges'
  | 'json'
> {
  /** Seconds. */
  readonly window: number;
  readonly table: TableName;
  readonly once?: true;
  readonly all?: true;
}

/** The options that top shares with a capture. */
const SHARED: ReadonlySet<string | undefined> = new Set([
  '--read',
  '--buffer-size',
  '--queue-length',
  '--passive',
  '--takeover',
  '--kallsyms',
  '--relinquish-privileges',
]);

const EXAMPLES = `
Examples:
  dropcap top                          show what the kernel drops now
  dropcap top 'iface = eth0 and tcp'   only drops that fit an expression
  dropcap top -r drops.pcapng          watch a file that is being written
  dropcap top --once                   count for half a minute, and print the table of causes
  dropcap top --json --window 5        count for 5 seconds, and print all tables as a JSON object

Keys: ? shows them.`;

/** Adds the live view. */
export function addTopCommand(program: Command, finish: (status: number) => void): void {
  const top = program
    .command('top')
    .argument('[expression...]')
    .usage('[options] [expression]')
    .description('show live what is being dropped: by cause, class, reason, place, interface and flow')
    .addOption(
      new Option('--window <seconds>', 'the time that the numbers cover')
        .argParser(windowSeconds)
        .default(30),
    )
    .addOption(
      new Option('--table <name>', 'the table to begin with; the table that --once prints')
        .choices(TABLES)
        .default('causes'),
    )
    .option('--once', 'count for the time of --window, print a table and end (default if not on a terminal)')
    .option('--json', 'as --once, but print all tables as a JSON object')
    .option('--all', 'show drops that are no loss too; the key n shows and hides them');
  for (const option of captureOptions()) if (SHARED.has(option.long)) top.addOption(option);
  top.addHelpText('after', EXAMPLES).action(async (words: string[], options: TopOptions) => {
    const { runTop } = await import('./topCommand.js');
    finish(await runTop(options, words.join(' ')));
  });
}

const MAX_WINDOW_SECONDS = 86_400;

function windowSeconds(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= MAX_WINDOW_SECONDS) return value;
  throw new InvalidArgumentError(
    `It takes a whole number of seconds from 1 to ${MAX_WINDOW_SECONDS}, a day.`,
  );
}
