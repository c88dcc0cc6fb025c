import { Command } from 'commander';
import { VERSION } from '../version.js';
import { listInterfaces, listLinkTypes } from './lists.js';
import { captureOptions, type CliOptions } from './options.js';
import { writeError, writeOutput } from './terminal.js';

const EXAMPLES = `
Examples:
  dropcap                                  print the kernel's drops, a line each
  dropcap -w drops.pcapng                  write them to a file for Wireshark; Ctrl-C ends
  dropcap -w drops.pcapng -c 1000 -s 128   the first 1000, 128 bytes of each
  dropcap -w - | tshark -i -               watch them live (or: wireshark -k -i -)
  dropcap --origin hw --duration 60        a minute of what a switch's hardware dropped
  dropcap -r drops.pcapng                  print the drops of a file; -v with all that is known, --json as JSON
  dropcap -r nlmon.pcap -w drops.pcapng    take the drops out of a recording (tcpdump -i nlmon0)
  dropcap -r drops.pcapng -w d.pcap --format pcap -y LINUX_SLL2   for tools that know only pcap
  dropcap doctor                           what a capture needs here, and the commands that mend what is missing
  dropcap status                           whether the drop monitor is on, and who listens
  dropcap stop                             turn off monitoring that a program left on
  dropcap wireshark install                show reasons and places in Wireshark as columns and fields

A capture needs root, or a guard with the capabilities for it: dropcap doctor tells more. Exit status: 0 as asked,
1 failed, 2 wrong usage, 3 no permission, 4 the kernel cannot.`;

/** The program's command line. Commands load what they need when they run, so that --help and --version are quick. */
export function buildProgram(finish: (status: number) => void): Command {
  const program = new Command('dropcap')
    .description(
      'Captures the packets that the Linux kernel drops, each with the reason and the place of its drop.',
    )
    .configureOutput({ writeOut: writeOutput, writeErr: writeError })
    .version(`dropcap ${VERSION}`, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES)
    .allowExcessArguments(false)
    // Behind a command's name options are the command's own: both a capture and `status` have a --json.
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .showHelpAfterError('(dropcap --help shows the options)');
  for (const option of captureOptions()) program.addOption(option);
  program.action(async (options: CliOptions) => {
    const [argument] = program.args;
    if (argument !== undefined) {
      const names = program.commands.map((command) => command.name()).join(', ');
      program.error(
        `error: unknown command '${argument}' (there are ${names}; a capture takes options alone)`,
      );
    }
    if (options.listInterfaces) {
      finish(listInterfaces());
    } else if (options.listDataLinkTypes) {
      finish(listLinkTypes());
    } else {
      const { runCapture } = await import('./captureCommand.js');
      finish(await runCapture(options));
    }
  });
  // They would be ignored.
  program.hook('preSubcommand', (_program, command) => {
    const given = program.options.find(
      (option) => program.getOptionValueSource(option.attributeName()) === 'cli',
    );
    if (given) program.error(`error: ${given.long} is for captures, and does not go with ${command.name()}`);
  });
  addHostCommands(program, finish);
  addWiresharkCommand(program, finish);
  // Its action says better than commander what a mistyped command is; the commands, made before, take no more arguments.
  program.allowExcessArguments();
  return program;
}

/** What looks after the host's drop monitor, which all programs share. */
function addHostCommands(program: Command, finish: (status: number) => void): void {
  program
    .command('status')
    .description('show whether the drop monitor is on, its settings and who listens; changes nothing')
    .option('--json', 'print it as a JSON object')
    .action(async (options: { json?: true }) => {
      const { showStatus } = await import('./hostCommands.js');
      finish(showStatus(options.json ?? false));
    });
  program
    .command('doctor')
    .description('check what a capture needs, and say what to do about what is missing')
    .action(async () => {
      const { examineHost, findGuard } = await import('./hostCommands.js');
      finish(examineHost(findGuard()));
    });
  program
    .command('stop')
    .description("turn the kernel's drop monitor off, whoever turned it on")
    .action(async () => {
      const { stopMonitor } = await import('./hostCommands.js');
      finish(stopMonitor());
    });
}

const WIRESHARK_EXAMPLES = `
Examples:
  dropcap wireshark install                put them where the installed Wireshark looks
  wireshark -C dropcap drops.pcapng        see the columns and colours
  tshark -r drops.pcapng -Y 'dropcap.reason == "NO_SOCKET"'
  dropcap wireshark uninstall              take them back

They are installed for the user who runs it: not with sudo. Files that are not dropcap's, or were changed, are
left alone.`;

function addWiresharkCommand(program: Command, finish: (status: number) => void): void {
  const wireshark = program
    .command('wireshark')
    .description('plugin (filter fields) and profile (columns, colours) for Wireshark')
    .helpCommand(false)
    .addHelpText('after', WIRESHARK_EXAMPLES);
  wireshark
    .command('install')
    .description("put the plugin and the profile into the user's Wireshark, or upgrade them")
    .action(async () => {
      const { installIntoWireshark } = await import('./wiresharkCommand.js');
      finish(await installIntoWireshark());
    });
  wireshark
    .command('uninstall')
    .description('take back what install put there')
    .action(async () => {
      const { uninstallFromWireshark } = await import('./wiresharkCommand.js');
      finish(await uninstallFromWireshark());
    });
}
