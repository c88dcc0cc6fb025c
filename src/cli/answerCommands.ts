import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ReportCommandOptions } from './reportCommand.js';
import type { ShareOptions } from './shareCommand.js';

const EXPLAIN_EXAMPLES = `
Examples:
  dropcap explain NO_SOCKET                a drop reason
  dropcap explain ttl_value_is_too_small   a devlink trap
  dropcap explain nft_do_chain             a function that drops packets
  dropcap explain                          all names that dropcap can explain`;

const REPORT_EXAMPLES = `
Examples:
  dropcap report drops.pcapng                       print what the file says, as Markdown
  dropcap report drops.pcapng -o report.html        one page with charts, for a browser
  dropcap report drops_*.pcapng --format json       several files together`;

/** Adds the commands that say what drops mean, and that make files for others. */
export function addAnswerCommands(program: Command, finish: (status: number) => void): void {
  program
    .command('explain')
    .argument('[names...]')
    .description('say what drop reasons, traps and functions mean, and what to do')
    .option('--json', 'print the explanations as JSON')
    .addHelpText('after', EXPLAIN_EXAMPLES)
    .action(async (names: string[], options: { json?: true }) => {
      const { explainNames } = await import('./explainCommand.js');
      finish(explainNames(names, options.json ?? false));
    });
  addReportCommand(program, finish);
  addShareCommand(program, finish);
}

function addReportCommand(program: Command, finish: (status: number) => void): void {
  program
    .command('report')
    .argument('<files...>')
    .description('say what files of drops contain, beginning with the verdict')
    .addOption(
      new Option('--format <format>', 'md, json or html (default: by the name of -o, else md)').choices([
        'md',
        'json',
        'html',
      ]),
    )
    .option('-o, --output <file>', 'write the report to this file instead of standard output')
    .option('--force', 'let -o overwrite an existing file')
    .addOption(new Option('--top <rows>', 'rows of each table').argParser(rows).default(20))
    .option(
      '--kallsyms <file>',
      'name the drop points of a recording by this copy of /proc/kallsyms, gzipped or not',
    )
    .option(
      '-Z, --relinquish-privileges <user>',
      'run as this user (default under sudo: the user who called it)',
    )
    .addHelpText('after', REPORT_EXAMPLES)
    .action(async (files: string[], options: ReportCommandOptions) => {
      const { reportOn } = await import('./reportCommand.js');
      finish(await reportOn(files, options));
    });
}

/** Most rows of a table of a report. */
const MAX_ROWS = 100;

function rows(text: string): number {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= MAX_ROWS) return value;
  throw new InvalidArgumentError(`It takes a number from 1 to ${MAX_ROWS}.`);
}

const SHARE_NOTES = `
Only headers that dropcap understands stay: everything after them is removed. The same address is always replaced by the
same one, and addresses with the same start by addresses with the same start. The output says what it kept.

Examples:
  dropcap share drops.pcapng public.pcapng
  (umask 077; head -c 32 /dev/urandom > key)   make a key: with it, several files get the same addresses
  dropcap share --key-file key drops.pcapng public.pcapng`;

function addShareCommand(program: Command, finish: (status: number) => void): void {
  program
    .command('share')
    .description('write the drops of a file for others: without payloads, with other addresses and names')
    .argument('<input>', 'a file that -r reads, or - for standard input')
    .argument('<output>', 'a new pcapng file, or - for standard output')
    .option(
      '--key-file <file>',
      'replace addresses by the key in the file: 32 bytes, or 64 hex digits (default: a random key)',
    )
    // What it always does.
    .addOption(new Option('--headers-only').hideHelp())
    .option('--keep-vendor', 'keep the vendors in hardware addresses: the first 3 bytes')
    .option(
      '--keep-names',
      'keep all interface names (default: only names such as eth0, enp3s0 and veth1a2b3c4d)',
    )
    .addHelpText('after', SHARE_NOTES)
    .action(async (input: string, output: string, options: ShareOptions) => {
      const { shareDrops } = await import('./shareCommand.js');
      finish(await shareDrops(input, output, options));
    });
}
