import { NetlinkError, UnsupportedKernelError, UsageError } from '../errors.js';

export const EXIT_OK = 0;
export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;
export const EXIT_NO_PERMISSION = 3;
export const EXIT_UNSUPPORTED_KERNEL = 4;

const EPERM = 1;
const EACCES = 13;

/** The exit status for an error. */
export function exitStatusOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT_USAGE;
  if (error instanceof UnsupportedKernelError) return EXIT_UNSUPPORTED_KERNEL;
  const refused = error instanceof NetlinkError && (error.errno === EPERM || error.errno === EACCES);
  return refused ? EXIT_NO_PERMISSION : EXIT_FAILED;
}
