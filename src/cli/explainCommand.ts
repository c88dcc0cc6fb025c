import { EXPLAINED_NAMES, explainName, namesLike } from '../explain/explain.js';
import { explanationLines } from '../explain/explanationText.js';
import { EXIT_OK, EXIT_USAGE } from './exitStatus.js';
import { print, printJson, say } from './terminal.js';

/** Columns of a text on a wide terminal, or on none: longer lines are hard to read. */
const MAX_COLUMNS = 100;
const MIN_COLUMNS = 40;

/**
 * Prints what drop reasons, devlink traps and functions mean. Without names, prints all names that it can explain. Returns the
 * exit status: wrong usage when a name is not known, after the others.
 */
export function explainNames(names: readonly string[], json: boolean): number {
  if (names.length === 0) {
    if (json) printJson(EXPLAINED_NAMES);
    else for (const name of EXPLAINED_NAMES) print(name);
    return EXIT_OK;
  }
  const found = names.map((name) => explainName(name));
  if (json) printJson(found.flat());
  else
    found.flat().forEach((one, i) => {
      if (i > 0) print('');
      for (const line of explanationLines(one, columns())) print(line);
    });
  const unknown = names.filter((_, i) => found[i]!.length === 0);
  for (const name of unknown) {
    const similar = namesLike(name);
    const hint =
      similar.length > 0 ? `did you mean ${similar.join(' or ')}?` : 'dropcap explain lists all names';
    say(`dropcap: no explanation for ${name} (${hint})`);
  }
  return unknown.length > 0 ? EXIT_USAGE : EXIT_OK;
}

function columns(): number {
  return Math.min(Math.max(process.stdout.columns ?? MAX_COLUMNS, MIN_COLUMNS), MAX_COLUMNS);
}
