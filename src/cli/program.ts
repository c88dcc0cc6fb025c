import { Command, CommanderError, Option } from 'commander';
import { EXIT_OK } from './exitStatus.js';
import { addHabits } from './habits.js';
import { listInterfaces, listLinkTypes } from './lists.js';
import { addAnswerCommands } from './answerCommands.js';
import { captureOptions, type CliOptions } from './options.js';
import { addTestCommands } from './testCommands.js';
import { addTopCommand } from './topOptions.js';
import { writeError, writeOutput, writeUsageError } from './terminal.js';

const EXAMPLES = `
Examples:
  dropcap                                  print the kernel's drops, one line each
  dropcap -w drops.pcapng                  write the drops to a file for Wireshark; Ctrl-C ends the capture
  dropcap -w drops.pcapng -c 1000 -s 128   write the first 1000 drops, 128 bytes of each packet
  dropcap --wireshark                      watch live in Wireshark
  dropcap -w - | tshark -i -               watch live in a terminal
  dropcap --origin hw --duration 60        print the drops of a switch's hardware for a minute
  dropcap -w web.pcapng 'tcp port 443 and reason = NETFILTER_DROP'   write the drops that fit an expression
  dropcap -w drops.pcapng -b filesize:100000 -b files:20   write for days: keep the last 20 files of 100 MB each
  dropcap --dedupe -w drops.pcapng         write one of equal drops a second: the next one says how many were left out
  dropcap --rate-limit 1000                print at most 1000 drops a second (--sample 1/100: one of 100 drops)
  dropcap --summary                        print counts by reason and place every 5 seconds (-r FILE: of a file)
  dropcap -w drops.pcapng --trigger 'reason = SOCKET_RCVBUFF'   remember the last drops, and write those around this drop
  dropcap -r drops.pcapng                  print the drops of a file; -v adds all details, --json prints JSON
  dropcap -r nlmon.pcap -w drops.pcapng    extract the drops from a recording (tcpdump -i nlmon0)
  dropcap -r drops.pcapng -w d.pcap --format pcap -y LINUX_SLL2   write a file for tools that read only pcap
  dropcap top                              show live what is being dropped, and what it means
  dropcap report drops.pcapng              say what the file contains: verdict, causes, flows (-o report.html: with charts)
  dropcap diff before.pcapng after.pcapng  say which drops are new, gone, more or fewer in the second file
  dropcap assert 'reason = NO_SOCKET' -- make test   run a command, and fail if it made such drops
  dropcap explain NO_SOCKET                say what a drop reason means, and what to do
  dropcap share drops.pcapng public.pcapng   write a file for others: no payloads, other addresses and names
  dropcap doctor                           check what a capture needs, and show how to fix what is missing
  dropcap status                           show whether the drop monitor is on, and who listens
  dropcap stop                             turn off monitoring that a program left on
  dropcap wireshark install                add columns, filter fields and an interface for drops to Wireshark

Options of tcpdump that ask for what dropcap always does are accepted: -n, -l, -U, -p, -S, -K, --immediate-mode.

A capture needs root, or a guard with capabilities: dropcap doctor shows the commands. Exit status: 0 success,
1 failure, 2 wrong usage, 3 no permission, 4 the kernel lacks support; diff and assert have more: their --help.`;

/** The code of the CommanderError that `--version` throws: the first one ends the command line, as `--help` does. */
export const VERSION_ASKED = 'dropcap.version';

/** Builds the command line. A command loads its modules when it runs, so that --help and --version are fast. */
export function buildProgram(finish: (status: number) => void): Command {
  const program = new Command('dropcap')
    .description(
      'Captures the packets that the Linux kernel drops, each with its drop reason and its drop point.',
    )
    .configureOutput({ writeOut: writeOutput, writeErr: writeError, outputError: writeUsageError })
    .option('--version', 'print the version of dropcap and of what it runs with')
    .on('option:version', () => {
      throw new CommanderError(EXIT_OK, VERSION_ASKED, '');
    })
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .usage('[options] [expression]')
    .addHelpText('after', EXAMPLES)
    .allowExcessArguments(false)
    // Options after the name of a command belong to the command: both a capture and `status` have --json.
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .showHelpAfterError('(dropcap --help shows the options)');
  for (const option of captureOptions()) program.addOption(option);
  addHabits(program);
  program.action(async (options: CliOptions) => {
    const [word = '', ...more] = program.args;
    if (more.length === 0 && mayBeCommand(word)) {
      const names = program.commands
        .map((command) => command.name())
        .filter((name) => name !== EXTCAP)
        .join(', ');
      program.error(
        `error: '${word}' is neither a command (${names}) nor an expression ('host ${word}', 'iface = ${word}' and 'reason = ${word}' are)`,
      );
    }
    if (options.listInterfaces) {
      finish(listInterfaces());
    } else if (options.listDataLinkTypes) {
      finish(listLinkTypes());
    } else if (options.wireshark) {
      const { runInWireshark } = await import('./wiresharkRun.js');
      finish(await runInWireshark(options, program.args.join(' ')));
    } else {
      const { runCapture } = await import('./captureCommand.js');
      finish(await runCapture(options, program.args.join(' ')));
    }
  });
  // Reject options of a capture before a subcommand: commander would ignore them.
  program.hook('preSubcommand', (_program, command) => {
    const given = program.options.find(
      (option) => program.getOptionValueSource(option.attributeName()) === 'cli',
    );
    if (given)
      program.error(
        `error: ${given.long ?? given.short} is an option of a capture, not of ${command.name()}`,
      );
  });
  addHelpCommands(program, finish);
  addHostCommands(program, finish);
  addAnswerCommands(program, finish);
  addTestCommands(program, finish);
  addTopCommand(program, finish);
  addWiresharkCommand(program, finish);
  addExtcapCommand(program, finish);
  // For the words of an expression. This line must come after the commands: they copy the setting, and must keep refusing
  // excess arguments.
  program.allowExcessArguments();
  return program;
}

/** Expressions of one word: protocols and so on, which pcap-filter knows, and `lost`. */
const ONE_WORD: ReadonlySet<string> = new Set(
  'ip ip6 arp rarp tcp udp icmp icmp6 igmp igrp pim vrrp carp ah esp sctp atalk aarp decnet iso clnp esis isis l1 l2 iih lsp snp csnp psnp llc stp ipx netbeui lat moprc mopdl vlan mpls pppoed pppoes geneve broadcast multicast inbound outbound lost'.split(
    ' ',
  ),
);

/** Whether a single word is rather a mistyped command than an expression. */
function mayBeCommand(word: string): boolean {
  return /^[a-z][\w-]*$/i.test(word) && !ONE_WORD.has(word);
}

/** Adds the commands for the host's drop monitor, which all programs share. */
function addHostCommands(program: Command, finish: (status: number) => void): void {
  program
    .command('status')
    .description('show whether the drop monitor is on, its settings and who listens; change nothing')
    .option('--json', 'print the status as a JSON object')
    .action(async (options: { json?: true }) => {
      const { showStatus } = await import('./hostCommands.js');
      finish(showStatus(options.json ?? false));
    });
  program
    .command('doctor')
    .description('check what a capture needs, and show how to fix what is missing')
    .option('--json', 'print what was found as a JSON object')
    .addOption(
      new Option(
        '--report',
        'print everything for a bug report, without names of this host and without addresses',
      ).conflicts('json'),
    )
    .action(async (options: { json?: true; report?: true }) => {
      const { examineHost, findGuard } = await import('./hostCommands.js');
      const form = options.json ? 'json' : options.report ? 'report' : 'text';
      finish(examineHost(findGuard(), undefined, undefined, form));
    });
  program
    .command('stop')
    .description("turn the kernel's drop monitor off, also for other programs")
    .action(async () => {
      const { stopMonitor } = await import('./hostCommands.js');
      finish(stopMonitor());
    });
}

/** Adds `help` and `version`, which do the same as the options. */
function addHelpCommands(program: Command, finish: (status: number) => void): void {
  program
    .command('help')
    .argument('[command]')
    .description('print this help, or the help of a command')
    .action((name: string | undefined) => {
      const command = name === undefined ? program : program.commands.find((one) => one.name() === name);
      if (!command) program.error(`error: unknown command '${name}'`);
      command.outputHelp();
    });
  program
    .command('version')
    .description('print the version of dropcap and of what it runs with')
    .action(async () => {
      const { showVersion } = await import('./versionCommand.js');
      finish(showVersion());
    });
}

const WIRESHARK_EXAMPLES = `
Examples:
  dropcap wireshark install                install the plugin, the profile and the interface
  wireshark -C dropcap drops.pcapng        show the columns and colours
  tshark -r drops.pcapng -Y 'dropcap.reason == "NO_SOCKET"'   filter by drop reason
  tshark -i dropmon                        capture: Wireshark shows it as the interface "Dropped packets"
  dropcap wireshark uninstall              remove the plugin, the profile and the interface

The files are installed for the user who runs the command: do not use sudo. dropcap never overwrites or removes a
file that it did not install, or that was changed.`;

function addWiresharkCommand(program: Command, finish: (status: number) => void): void {
  const wireshark = program
    .command('wireshark')
    .description(
      'install a plugin (filter fields), a profile (columns, colours) and an interface for Wireshark',
    )
    .helpCommand(false)
    .addHelpText('after', WIRESHARK_EXAMPLES);
  wireshark
    .command('install')
    .description('install or upgrade the plugin, the profile and the interface for this user')
    .action(async () => {
      const { installIntoWireshark } = await import('./wiresharkCommand.js');
      finish(await installIntoWireshark());
    });
  wireshark
    .command('uninstall')
    .description('remove what install installed')
    .action(async () => {
      const { uninstallFromWireshark } = await import('./wiresharkCommand.js');
      finish(await uninstallFromWireshark());
    });
}

/** What bin/dropmon.js runs when Wireshark starts a capture. Not for people. */
const EXTCAP = 'extcap';

function addExtcapCommand(program: Command, finish: (status: number) => void): void {
  program
    .command(EXTCAP, { hidden: true })
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (_options, command: Command) => {
      const { captureForWireshark } = await import('./extcapCommand.js');
      finish(await captureForWireshark(command.args));
    });
}
