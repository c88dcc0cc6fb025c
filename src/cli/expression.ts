import { readFile } from 'node:fs/promises';
import { describeFileError, InputError, shownPath, UsageError } from '../errors.js';
import type { DropFilter } from '../filter/compileFilter.js';
import type { CliOptions } from './options.js';

/** Longest expression in a file. */
const MAX_FILE_BYTES = 65_536;

/**
 * The filter of the command line or of -F; undefined when there is none.
 * @throws FilterError for a wrong expression; UsageError when there are two; InputError when the file cannot be read
 */
export async function filterOf(
  { expressionFile }: Pick<CliOptions, 'expressionFile'>,
  expression: string,
): Promise<DropFilter | undefined> {
  if (expressionFile !== undefined && expression !== '')
    throw new UsageError(
      '-F reads the expression from a file, and the command line has one too (give one of them)',
    );
  const text = expressionFile === undefined ? expression : await readExpression(expressionFile);
  if (text === '') return undefined;
  const { compileFilter } = await import('../filter/compileFilter.js'); // Seldom needed.
  return compileFilter(text);
}

async function readExpression(path: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const what = `cannot read the expression in ${shownPath(path)}: ${describeFileError(error)}`;
    throw new InputError(what, path, { cause: error });
  }
  if (text.length > MAX_FILE_BYTES)
    throw new InputError(
      `the expression in ${shownPath(path)} is longer than ${MAX_FILE_BYTES} characters`,
      path,
    );
  return text.trim();
}
