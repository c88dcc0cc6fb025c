import { visibleCommands, visibleOptions } from './manPage.mjs';

/** @typedef {import('commander').Command} Command @typedef {import('commander').Option} Option */

/** Completion for bash: commands, options, the words that an option takes, and files. @param {Command} program */
export function bash(program) {
  const choices = visibleOptions(program)
    .filter((option) => option.argChoices)
    .map(
      (option) =>
        `    ${flags(option).join('|')}) COMPREPLY=($(compgen -W '${option.argChoices?.join(' ')}' -- "$word")); return ;;`,
    );
  const commands = visibleCommands(program)
    .filter((command) => command.parent === program)
    .map(
      (command) => `    ${command.name()}) words='${[...names(command), ...allFlags(command)].join(' ')}' ;;`,
    );
  return `# Completion of dropcap for bash.
_dropcap() {
  local word=\${COMP_WORDS[COMP_CWORD]} words='${allFlags(program).join(' ')}'
  case \${COMP_WORDS[COMP_CWORD - 1]} in
${choices.join('\n')}
  esac
  case \${COMP_WORDS[1]} in
${commands.join('\n')}
  esac
  ((COMP_CWORD > 1)) || words+=' ${names(program).join(' ')}'
  COMPREPLY=($(compgen -W "$words" -- "$word"))
  [[ $word == -* ]] || COMPREPLY+=($(compgen -f -- "$word"))
}
complete -o filenames -F _dropcap dropcap
`;
}

/** Completion for zsh. @param {Command} program */
export function zsh(program) {
  const commands = program.createHelp().visibleCommands(program);
  const described = commands.map((command) => `'${command.name()}:${quotedZsh(command.description())}'`);
  const cases = commands.map((command) => {
    const below = names(command);
    const first = below.length === 0 ? '' : ` '2:command:(${below.join(' ')})'`;
    return `    ${command.name()}) _arguments ${visibleOptions(command).flatMap(zshOption).join(' ')}${first}; return ;;`;
  });
  return `#compdef dropcap
# Completion of dropcap for zsh.
_dropcap() {
  local -a commands=(${described.join(' ')})
  case \${words[2]} in
${cases.join('\n')}
  esac
  _arguments \\
    ${visibleOptions(program).flatMap(zshOption).join(' \\\n    ')} \\
    '1:command:{_describe command commands; _files}' '*:file:_files'
}
_dropcap "$@"
`;
}

/** Completion for fish. @param {Command} program */
export function fish(program) {
  const lines = visibleOptions(program).map((option) => fishOption(option, '__fish_use_subcommand'));
  for (const command of visibleCommands(program)) {
    const parent = command.parent === program || !command.parent ? undefined : command.parent.name();
    const when = parent ? `__fish_seen_subcommand_from ${parent}` : '__fish_use_subcommand';
    lines.push(
      `complete -c dropcap -n '${when}' -a ${command.name()} -d '${quotedFish(command.description())}'`,
    );
    const seen = `__fish_seen_subcommand_from ${command.name()}`;
    lines.push(...visibleOptions(command).map((option) => fishOption(option, seen)));
  }
  return `# Completion of dropcap for fish.\n${lines.join('\n')}\n`;
}

/** @param {Option} option @returns {string[]} */
export function flags(option) {
  return [option.short, option.long].filter((flag) => flag !== undefined);
}

/** @param {Command} command */
function allFlags(command) {
  return visibleOptions(command).flatMap(flags);
}

/** @param {Command} command */
function names(command) {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((one) => one.name());
}

/** @param {Option} option @returns {string[]} */
function zshOption(option) {
  const values = option.argChoices ? `(${option.argChoices.join(' ')})` : '_files';
  const argument = option.required ? `:value:${values}` : option.optional ? `::value:${values}` : '';
  return flags(option).map((flag) => `'*${flag}[${quotedZsh(option.description)}]${argument}'`);
}

/** @param {Option} option @param {string} when */
function fishOption(option, when) {
  const short = option.short ? ` -s ${option.short.slice(1)}` : '';
  const long = option.long ? ` -l ${option.long.slice(2)}` : '';
  const takes = option.required ? ' -r' : '';
  const choices = option.argChoices ? ` -a '${option.argChoices.join(' ')}'` : '';
  return `complete -c dropcap -n '${when}'${short}${long}${takes}${choices} -d '${quotedFish(option.description)}'`;
}

/** @param {string} text */
function quotedZsh(text) {
  return text.replaceAll(/[[\]:\\]/g, '\\$&').replaceAll("'", "'\\''");
}

/** @param {string} text */
function quotedFish(text) {
  return text.replaceAll(/[\\']/g, '\\$&');
}
