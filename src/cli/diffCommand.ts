import { messageOf, UsageError } from '../errors.js';
import { Analysis } from '../report/analysis.js';
import { type Diff, diffOf, type HurtAnswer } from '../report/diff.js';
import { type DiffSide, sideOf } from '../report/diffSide.js';
import { answerOf, diffLines } from '../report/diffText.js';
import { VERSION } from '../version.js';
import { EXIT_FAILED, EXIT_FOUND, EXIT_NOT_PROVED, EXIT_OK, exitStatusOf } from './exitStatus.js';
import { PRIORITY_ERROR } from './journal.js';
import { becomeUser, userOf } from './privileges.js';
import { readInput } from './reportInput.js';
import { openSymbols } from './symbols.js';
import { print, printJson, say } from './terminal.js';

const STATUSES: Readonly<Record<HurtAnswer, number>> = {
  none: EXIT_OK,
  some: EXIT_FOUND,
  unknown: EXIT_NOT_PROVED,
};

/**
 * Compares two files of drops, and prints what changed. Returns the exit status: whether drops that hurt are new. A file that
 * cannot be read is no answer.
 * @throws UsageError
 */
export async function compareFiles(first: string, second: string, json: boolean): Promise<number> {
  if (first === '-' && second === '-') throw new UsageError('standard input can be read once');
  try {
    const user = userOf(undefined);
    if (user) becomeUser(user);
    const symbols = await openSymbols({ read: '' });
    const sides: DiffSide[] = [];
    for (const path of [first, second]) {
      const analysis = new Analysis();
      sides.push(sideOf(analysis, await readInput(path, analysis), symbols));
    }
    const [before, after] = sides as [DiffSide, DiffSide];
    const diff = diffOf(before, after);
    if (json) printJson(jsonOf(diff, before, after));
    else for (const line of diffLines(diff, before, after)) print(line);
    for (const { input } of sides)
      if (input.problem !== undefined) say(`dropcap: ${input.problem}`, PRIORITY_ERROR);
    return STATUSES[diff.newHurt];
  } catch (error) {
    const status = exitStatusOf(error);
    if (status !== EXIT_FAILED) throw error;
    say(`dropcap: ${messageOf(error)}`, PRIORITY_ERROR);
    return EXIT_NOT_PROVED;
  }
}

/** docs/diff.schema.json. */
function jsonOf(diff: Diff, before: DiffSide, after: DiffSide): object {
  return {
    version: 1,
    application: `dropcap ${VERSION}`,
    before: sideJson(before),
    after: sideJson(after),
    answer: answerOf(diff),
    ...diff,
  };
}

function sideJson({ input, drops, seconds, completeness }: DiffSide): object {
  return {
    file: input.facts,
    drops,
    seconds: seconds ?? null,
    complete: completeness.complete,
    losses: completeness.texts,
  };
}
