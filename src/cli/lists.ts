import { EXIT_OK } from './exitStatus.js';
import { INTERFACES, LINK_TYPES } from './options.js';
import { writeOutput } from './terminal.js';

/** Prints what dropcap can capture from to standard output, in the form of `tcpdump -D`. Returns the exit status. */
export function listInterfaces(): number {
  const lines = INTERFACES.map(
    ([name, text, option], i) => `${i + 1}.${name} (${text}: --origin ${option})\n`,
  );
  writeOutput(lines.join(''));
  return EXIT_OK;
}

/** Prints the link types for -y to standard output, in the form of `tcpdump -L`. Returns the exit status. */
export function listLinkTypes(): number {
  const lines = LINK_TYPES.map(([name, text]) => `  ${name} (${text})\n`);
  writeOutput(`Data link types for all packets (use option -y to set):\n${lines.join('')}`);
  return EXIT_OK;
}
