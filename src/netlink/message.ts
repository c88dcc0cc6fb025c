import { align4, viewOf } from '../bytes.js';
import { GENL_HDRLEN, NLMSG_HDRLEN } from './constants.js';

/** A netlink message inside a larger buffer. `start` and `end` are offsets in `view`. */
export interface Message {
  readonly view: DataView;
  readonly littleEndian: boolean;
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly portId: number;
  /** Offset of the first byte after the header. */
  readonly start: number;
  /** Offset after the last byte of the message, or after the last byte present when the message was cut. */
  readonly end: number;
  /** Whether nlmsg_len is larger than the bytes present. */
  readonly cut: boolean;
}

/**
 * The messages of one datagram, in order. The next message begins nlmsg_len bytes later, rounded up to a multiple of 4.
 * Ends at bytes that are not a message. Allocates: use for replies and for control messages of recordings, not for
 * alerts.
 *
 *     offset size name
 *     0      4    nlmsg_len    header included
 *     4      2    nlmsg_type
 *     6      2    nlmsg_flags
 *     8      4    nlmsg_seq
 *     12     4    nlmsg_pid    port id
 *
 * @param littleEndian byte order of the host that made the messages.
 */
export function* messagesOf(
  bytes: Uint8Array,
  littleEndian: boolean,
  start = 0,
  end: number = bytes.length,
): Generator<Message, void, undefined> {
  const view = viewOf(bytes);
  for (let at = start; end - at >= NLMSG_HDRLEN;) {
    const length = view.getUint32(at, littleEndian);
    if (length < NLMSG_HDRLEN) return;
    yield {
      view,
      littleEndian,
      type: view.getUint16(at + 4, littleEndian),
      flags: view.getUint16(at + 6, littleEndian),
      sequence: view.getUint32(at + 8, littleEndian),
      portId: view.getUint32(at + 12, littleEndian),
      start: at + NLMSG_HDRLEN,
      end: Math.min(at + length, end),
      cut: length > end - at,
    };
    at += align4(length);
  }
}

/** The fields of a request's header that the caller chooses. */
export interface RequestHeader {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
}

/** Builds a netlink message: header, then `body` (copied), padded to 4. The kernel takes its own byte order only. */
export function buildMessage(header: RequestHeader, body: Uint8Array, littleEndian: boolean): Uint8Array {
  const message = new Uint8Array(NLMSG_HDRLEN + align4(body.length));
  const view = viewOf(message);
  view.setUint32(0, NLMSG_HDRLEN + body.length, littleEndian);
  view.setUint16(4, header.type, littleEndian);
  view.setUint16(6, header.flags, littleEndian);
  view.setUint32(8, header.sequence, littleEndian);
  message.set(body, NLMSG_HDRLEN);
  return message;
}

/** Builds the body of a generic netlink message: struct genlmsghdr (u8 cmd, u8 version, u16 0), then attributes. */
export function buildGenericBody(command: number, version: number, attributes: Uint8Array): Uint8Array {
  const body = new Uint8Array(GENL_HDRLEN + attributes.length);
  body[0] = command;
  body[1] = version;
  body.set(attributes, GENL_HDRLEN);
  return body;
}
