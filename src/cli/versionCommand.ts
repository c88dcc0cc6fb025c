import { EXIT_OK } from './exitStatus.js';
import { programFacts } from './programFacts.js';
import { print } from './terminal.js';
import { versionLines } from './versionText.js';

/** Prints which dropcap this is, and what it runs with. */
export function showVersion(): number {
  for (const line of versionLines(programFacts())) print(line);
  return EXIT_OK;
}
