import { createReadStream } from 'node:fs';
import { describeFileError, InputError, shownPath, UsageError } from '../errors.js';
import type { DropFilter } from '../filter/compileFilter.js';
import { FilterError } from '../filter/filterError.js';
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
      `-F reads the expression from the file ${shownPath(expressionFile)}, and the command line has one too (give one of them)`,
    );
  const text = expressionFile === undefined ? expression : await readExpression(expressionFile);
  if (text === '') return undefined;
  const { compileFilter } = await import('../filter/compileFilter.js'); // Seldom needed.
  return compileFilter(text);
}

/** The filter of --trigger; undefined without one. @throws UsageError for a wrong expression */
export async function triggerOf({ trigger }: Pick<CliOptions, 'trigger'>): Promise<DropFilter | undefined> {
  if (trigger === undefined) return undefined;
  const { compileFilter } = await import('../filter/compileFilter.js');
  try {
    return compileFilter(trigger);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new UsageError(error.message.replace(/^filter: /, '--trigger: '), { cause: error });
  }
}

async function readExpression(path: string): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of createReadStream(path, { end: MAX_FILE_BYTES })) chunks.push(chunk as Buffer);
  } catch (error) {
    const what = `cannot read the expression in ${shownPath(path)}: ${describeFileError(error)}`;
    throw new InputError(what, path, { cause: error });
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.length > MAX_FILE_BYTES)
    throw new InputError(`the expression in ${shownPath(path)} is longer than ${MAX_FILE_BYTES} bytes`, path);
  return bytes.toString('utf8').trim();
}
