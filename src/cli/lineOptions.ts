import type { CliOptions } from './options.js';

/** The options about printed lines, with what is given. */
export function lineOptions({
  t,
  number,
  e,
  x,
  X,
  A,
}: CliOptions): (readonly [name: string, given: unknown])[] {
  return [
    ['-t', t],
    ['-#', number],
    ['-e', e],
    ['-x', x],
    ['-X', X],
    ['-A', A],
  ];
}
