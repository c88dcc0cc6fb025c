import { HOST_LITTLE_ENDIAN, latin1, viewOf } from '../bytes.js';

/** Commands of requests to the guard. native/guard/protocol.h must have the same numbers. */
export const GUARD_OPEN = 1;
export const GUARD_CONFIGURE = 2;
export const GUARD_START = 3;
export const GUARD_KEEP = 4;
export const GUARD_END = 5;
export const GUARD_PING = 6;
/** The alert mode of GUARD_CONFIGURE, and a bit of GUARD_KEEP's mask of origins, for summary mode. 0: packet mode. */
export const GUARD_SUMMARY = 1;
export const GUARD_KEEP_SUMMARY = 4;
/** Notice of the guard, sent without a request: another program stopped monitoring, and the guard restarted it. */
export const GUARD_RESTARTED = 0x101;

export const GUARD_REPLY_BYTES = 272;
const REQUEST_BYTES = 16;
const TEXT_OFFSET = 16;

/** A reply or a notice of the guard. */
export interface GuardReply {
  readonly command: number;
  /** 0: the request succeeded. */
  readonly errno: number;
  readonly value: number;
  /** The kernel's own text for the error; undefined when the kernel sent none. */
  readonly text: string | undefined;
}

/**
 * Builds a request, in host byte order.
 *
 *     offset size name
 *     0      4    command
 *     4      12   three arguments
 */
export function buildGuardRequest(command: number, a = 0, b = 0, c = 0): Uint8Array {
  const request = new Uint8Array(REQUEST_BYTES);
  const view = viewOf(request);
  [command, a, b, c].forEach((word, i) => view.setUint32(4 * i, word, HOST_LITTLE_ENDIAN));
  return request;
}

/**
 * Decodes a reply or a notice of GUARD_REPLY_BYTES bytes, in host byte order.
 *
 *     offset size name
 *     0      4    command      of the request; 0x100 and above: a notice
 *     4      4    errno
 *     8      4    value
 *     12     4    text length
 *     16     256  text         of the kernel's error, without a NUL
 */
export function decodeGuardReply(bytes: Uint8Array): GuardReply {
  const view = viewOf(bytes);
  const word = (i: number) => view.getUint32(4 * i, HOST_LITTLE_ENDIAN);
  const length = Math.min(word(3), GUARD_REPLY_BYTES - TEXT_OFFSET);
  const text = length > 0 ? latin1(bytes, TEXT_OFFSET, length) : undefined;
  return { command: word(0), errno: word(1), value: word(2), text };
}
