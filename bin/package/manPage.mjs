/** @typedef {import('commander').Command} Command */

/**
 * The man page of the program, as roff. @param {Command} program @param {Date} date
 * @returns {string}
 */
export function manPage(program, date) {
  const commands = visibleCommands(program);
  return `${[
    `.TH DROPCAP 1 "${date.toISOString().slice(0, 10)}" "" "User Commands"`,
    '.SH NAME',
    'dropcap \\- capture the packets that the Linux kernel drops',
    '.SH SYNOPSIS',
    `.B dropcap\n${escaped(program.usage())}`,
    ...commands.map((command) => `.br\n.B ${escaped(nameOf(command))}\n${escaped(usageOf(command))}`),
    '.SH DESCRIPTION',
    escaped(program.description()),
    '.SH OPTIONS',
    ...visibleOptions(program).map(entry),
    '.SH COMMANDS',
    ...commands.map(section),
    '.SH EXAMPLES',
    `.nf\n${escaped(examples(program))}\n.fi`,
    '.SH SEE ALSO',
    '.BR tshark (1),\n.BR tcpdump (8),\n.BR pcap\\-filter (7)',
  ].join('\n')}\n`;
}

/** @param {Command} command */
function section(command) {
  const options = visibleOptions(command).filter((option) => option.long !== '--help');
  const head = `.SS ${escaped(nameOf(command))}\n${escaped(command.description())}`;
  return [head, ...options.map(entry)].join('\n');
}

/** The options that the help shows, also --help. @param {Command} command */
export function visibleOptions(command) {
  return command.createHelp().visibleOptions(command);
}

/** The commands that the help shows, and the commands of these. @param {Command} program @returns {Command[]} */
export function visibleCommands(program) {
  return program
    .createHelp()
    .visibleCommands(program)
    .flatMap((command) => [command].concat(visibleCommands(command)));
}

/** Such as `dropcap wireshark install`. @param {Command} command @returns {string} */
function nameOf(command) {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}

/** The usage without options and commands, which are listed. @param {Command} command */
function usageOf(command) {
  return command.usage().replace('[options]', '').replace('[command]', '').trim();
}

/** @param {import('commander').Option} option */
function entry(option) {
  const choices = option.argChoices ? ` (one of: ${option.argChoices.join(', ')})` : '';
  return `.TP\n.B ${escaped(option.flags)}\n${escaped(option.description + choices)}`;
}

/** The text after the list of options. @param {Command} program */
function examples(program) {
  let text = '';
  const before = { ...program.configureOutput() };
  program.configureOutput({ writeOut: (part) => void (text += part) });
  program.outputHelp();
  program.configureOutput(before);
  return text.slice(text.indexOf('Examples:\n') + 'Examples:\n'.length).trimEnd();
}

/** Text as roff: no character of it is a command. @param {string} text */
function escaped(text) {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^(?=[.'])/gm, '\\&');
}
