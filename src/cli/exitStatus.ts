import { NetlinkError, UnsupportedKernelError, UsageError } from '../errors.js';

export const EXIT_OK = 0;
export const EXIT_FAILED = 1;
/** Of diff and assert: there were such drops. These commands end with EXIT_NOT_PROVED when they fail. */
export const EXIT_FOUND = 1;
export const EXIT_USAGE = 2;
export const EXIT_NO_PERMISSION = 3;
export const EXIT_UNSUPPORTED_KERNEL = 4;
/** Of diff and assert: a loss or a failure leaves the question open. */
export const EXIT_NOT_PROVED = 5;
/** Of assert: the command failed, and there was no such drop. */
export const EXIT_COMMAND_FAILED = 6;

const EPERM = 1;
const EACCES = 13;

/** The exit status for an error. */
export function exitStatusOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT_USAGE;
  if (error instanceof UnsupportedKernelError) return EXIT_UNSUPPORTED_KERNEL;
  const refused = error instanceof NetlinkError && (error.errno === EPERM || error.errno === EACCES);
  return refused ? EXIT_NO_PERMISSION : EXIT_FAILED;
}
