import { type Command, Option } from 'commander';
import { REPEATED } from './rotationOptions.js';

/** Options of tcpdump that ask for what dropcap always does. They are accepted, and change nothing. */
const ALWAYS_DONE: readonly string[] = [
  '-n', // Addresses and ports are numbers.
  '-l', // Lines are written as drops arrive.
  '-U, --packet-buffered', // So are packets.
  '-p, --no-promiscuous-mode', // No interface is opened.
  '--immediate-mode',
  '-S, --absolute-tcp-sequence-numbers',
  '-K, --dont-verify-checksums',
];

/** Options that mean something else when they are given several times: `-tt`. */
const COUNTED = ['t', 'x', 'X', 'A'] as const;

const FILTERS =
  'an expression without an option filters as with tcpdump (dropcap tcp port 443), and tshark -r FILE -Y FILTER filters a file';

/** Options of tcpdump, tshark and dumpcap that dropcap does not have, and what does the same here. */
const OF_OTHER_TOOLS: ReadonlyMap<string, string> = new Map([
  ['-f', FILTERS],
  ['-k', 'to watch live: --wireshark starts Wireshark'],
  ['-O', '-v prints all details of each drop'],
  ['-P', '--print prints the drops although -w is given'],
  ['-R', FILTERS],
  ['-T', '--json prints JSON; for other forms, write a file with -w, then tshark -r FILE -T FORM'],
  ['-V', '-v prints all details of each drop'],
  ['-Y', FILTERS],
  ['--time-stamp-precision', '--micro writes microseconds, --nano nanoseconds'],
]);

/** Makes the program take the habits of users of tcpdump and tshark. Call it after all other options are added. */
export function addHabits(program: Command): void {
  for (const option of program.options) refuseTwice(program, option);
  for (const letter of COUNTED) {
    let times = 0;
    program.on(`option:${letter}`, () => program.setOptionValueWithSource(letter, ++times, 'cli'));
  }
  for (const flags of ALWAYS_DONE) program.addOption(new Option(flags).hideHelp());
  for (const [flag, answer] of OF_OTHER_TOOLS) {
    const option = new Option(`${flag} [value]`).hideHelp();
    program.addOption(option);
    program.on(`option:${option.name()}`, () => program.error(`error: no option ${flag} here: ${answer}`));
  }
}

/** Refuses an option that is given twice with different values: the first would be ignored. */
function refuseTwice(program: Command, option: Option): void {
  if (!option.required || REPEATED.has(option.short ?? '')) return;
  let first: string | undefined;
  program.on(`option:${option.name()}`, (value: string) => {
    if (first !== undefined && first !== value) {
      program.error(`error: ${option.flags} is given twice, with ${first} and ${value}`);
    }
    first = value;
  });
}
