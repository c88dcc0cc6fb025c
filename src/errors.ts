import { getSystemErrorMap } from 'node:util';

/** Stable codes of the errors that dropcap throws. docs/errors.md explains each code. */
export type DropcapErrorCode =
  | 'ERR_DROPCAP_NETLINK'
  | 'ERR_DROPCAP_UNSUPPORTED_KERNEL'
  | 'ERR_DROPCAP_MALFORMED_INPUT'
  | 'ERR_DROPCAP_OUTPUT'
  | 'ERR_DROPCAP_INPUT'
  | 'ERR_DROPCAP_BINDING'
  | 'ERR_DROPCAP_USAGE'
  | 'ERR_DROPCAP_CAPTURE';

/** Base class of every error that dropcap throws on purpose. `code` is stable. The message is for people and may change. */
export class DropcapError extends Error {
  readonly code: DropcapErrorCode;

  constructor(code: DropcapErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Details of a failed netlink call. */
export interface NetlinkErrorDetails {
  /** The system call, or `netlink` when the kernel answered a request with an error. */
  readonly syscall: string;
  /** Positive errno; 0 when there is no errno (a time-out, an answer of the wrong kind). */
  readonly errno: number;
  /** The kernel's own text (NLMSGERR_ATTR_MSG), when the kernel sent a text. */
  readonly extendedAck?: string | undefined;
}

/** A netlink socket call failed, or the kernel refused a request. */
export class NetlinkError extends DropcapError {
  readonly syscall: string;
  readonly errno: number;
  readonly extendedAck: string | undefined;

  constructor(message: string, details: NetlinkErrorDetails, options?: ErrorOptions) {
    super('ERR_DROPCAP_NETLINK', message, options);
    this.syscall = details.syscall;
    this.errno = details.errno;
    this.extendedAck = details.extendedAck;
  }
}

/** The running kernel lacks something that a capture needs. */
export class UnsupportedKernelError extends DropcapError {
  readonly feature: string;
  readonly minimumVersion: string;

  constructor(message: string, feature: string, minimumVersion: string, options?: ErrorOptions) {
    super('ERR_DROPCAP_UNSUPPORTED_KERNEL', message, options);
    this.feature = feature;
    this.minimumVersion = minimumVersion;
  }
}

/** The input has wrong bytes, and reading cannot continue. One bad message never throws: it is counted and skipped. */
export class MalformedInputError extends DropcapError {
  /** Offset in bytes from the start of the input. */
  readonly offset: number;
  readonly expected: string;
  readonly actual: string;

  constructor(message: string, offset: number, expected: string, actual: string) {
    super(
      'ERR_DROPCAP_MALFORMED_INPUT',
      `${message}: expected ${expected}, found ${actual} at offset ${offset}`,
    );
    this.offset = offset;
    this.expected = expected;
    this.actual = actual;
  }
}

/** An output could not be opened or written. */
export class OutputError extends DropcapError {
  readonly path: string;
  readonly bytesWritten: number;

  constructor(message: string, path: string, bytesWritten: number, options?: ErrorOptions) {
    super('ERR_DROPCAP_OUTPUT', message, options);
    this.path = path;
    this.bytesWritten = bytesWritten;
  }
}

/** An input could not be opened or read. */
export class InputError extends DropcapError {
  readonly path: string;

  constructor(message: string, path: string, options?: ErrorOptions) {
    super('ERR_DROPCAP_INPUT', message, options);
    this.path = path;
  }
}

/** The native addon or the guard could not be loaded, or the addon was used wrongly. */
export class BindingError extends DropcapError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_DROPCAP_BINDING', message, options);
  }
}

/** dropcap does not accept an argument or option. */
export class UsageError extends DropcapError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_DROPCAP_USAGE', message, options);
  }
}

/** The text of an unknown thrown value. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  // Node's text for an errno that libuv does not know, such as EDQUOT: it has the number twice, and no words.
  return text.replace(/^Unknown system error -(\d+): Unknown system error -\1/, (_, errno: string) =>
    describeErrno(Number(errno)),
  );
}

const EPIPE = 32;

/** Errnos of file systems in plain words, with what to do (asm-generic/errno.h). */
const FILE_PROBLEMS: ReadonlyMap<number, string> = new Map([
  [1, 'the operation is not permitted'],
  [2, 'no such file or folder'],
  [5, 'the device failed to read or write'],
  [6, 'no device or program is at the other end'],
  [13, 'permission denied'],
  [20, 'a folder in the path is not a folder'],
  [21, 'it is a directory (name a file in it)'],
  [23, 'the system has too many open files (close some programs)'],
  [24, 'too many open files (raise the limit: ulimit -n)'],
  [26, 'it is a program that runs (choose another name)'],
  [27, 'the file would be larger than allowed (see ulimit -f, and the limit of the file system)'],
  [28, 'no space is left on the device (free some, or choose another folder)'],
  [30, 'the file system is read-only (choose another folder)'],
  [36, 'the name is too long (choose a shorter name)'],
  [40, 'symbolic links that never end at a file (name the file itself)'],
  [116, 'the file is gone from its server (open it again)'],
  [122, 'the disk quota is used up (free some space, or choose another folder)'],
]);

/** A path in an error's text. An empty path would leave a hole in the sentence. */
export function shownPath(path: string): string {
  return path === '' ? "''" : path;
}

/** What an error of a file system means, in plain words, without the path. For other errors: their text. */
export function describeFileError(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'path' in error && error.path === '')
    return 'the name is empty (give the name of a file)';
  const errno = errnoOf(error);
  if (errno === 0) return messageOf(error);
  return FILE_PROBLEMS.get(errno) ?? describeErrno(errno);
}

/** The positive errno of a system error that Node or the addon threw; 0 for any other value. */
export function errnoOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('errno' in error)) return 0;
  return typeof error.errno === 'number' ? Math.abs(error.errno) : 0;
}

/** Whether an output failed because its reader is gone. */
export function isClosedPipe(error: unknown): boolean {
  return error instanceof OutputError && errnoOf(error.cause) === EPIPE;
}

/** From here on, libuv's map has errors of libuv, not of the kernel: 4095 is UV_EOF (uv/errno.h). */
const FIRST_OF_LIBUV = 3000;

/** The text of an errno: `Operation not permitted`. */
export function describeErrno(errno: number): string {
  const known = errno < FIRST_OF_LIBUV ? getSystemErrorMap().get(-errno)?.[1] : undefined;
  // libuv does not know ESTALE and EDQUOT.
  const text = known ?? FILE_PROBLEMS.get(errno);
  return text === undefined ? `errno ${errno}` : text.charAt(0).toUpperCase() + text.slice(1);
}
