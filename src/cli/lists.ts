import { EXIT_OK } from './exitStatus.js';
import { LINK_TYPES } from './options.js';
import { writeOutput } from './terminal.js';

/** What dropcap captures from. */
const INTERFACES = [
  ['dropmon', 'packets that the kernel or the hardware dropped', '--origin all'],
  ['dropmon:sw', 'packets that the kernel dropped', '--origin sw'],
  ['dropmon:hw', "packets that a switch's hardware dropped, with a copy to the kernel", '--origin hw'],
] as const;

/** Prints what dropcap can capture from to standard output, in the form of `tcpdump -D`. Returns the exit status. */
export function listInterfaces(): number {
  const lines = INTERFACES.map(([name, text, option], i) => `${i + 1}.${name} (${text}: ${option})\n`);
  writeOutput(lines.join(''));
  return EXIT_OK;
}

/** Prints the link types for -y to standard output, in the form of `tcpdump -L`. Returns the exit status. */
export function listLinkTypes(): number {
  const lines = LINK_TYPES.map(([name, text]) => `  ${name} (${text})\n`);
  writeOutput(`Data link types for all packets (use option -y to set):\n${lines.join('')}`);
  return EXIT_OK;
}
