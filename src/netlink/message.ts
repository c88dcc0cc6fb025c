import { align4, viewOf } from '../bytes.js';
import { GENL_HDRLEN, NLMSG_HDRLEN } from './constants.js';

/** A netlink message inside a larger buffer. Offsets are into the buffer that `view` covers. */
export interface Message {
  readonly view: DataView;
  readonly littleEndian: boolean;
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly portId: number;
  /** First byte behind the header. */
  readonly start: number;
  /** Behind the last byte of the message, or of what there is of it. */
  readonly end: number;
  /** Whether nlmsg_len points behind what there is. */
  readonly cut: boolean;
}

/**
 * The messages of one datagram, in order (nlmsg_len, rounded up to 4, leads from one to the next). Ends at
 * bytes that are no message. Allocates: for replies and recordings' control messages, not for alerts.
 *
 *     offset size name
 *     0      4    nlmsg_len    header included
 *     4      2    nlmsg_type
 *     6      2    nlmsg_flags
 *     8      4    nlmsg_seq
 *     12     4    nlmsg_pid    port id
 *
 * @param littleEndian byte order of the host that made them.
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

/** What a request to the kernel says in its headers. */
export interface RequestHeader {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
}

/** A netlink message to the kernel: header, then `body`. Byte order is this host's, as the kernel wants it. */
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

/** The body of a generic netlink message: struct genlmsghdr (u8 cmd, u8 version, u16 0), then attributes. */
export function buildGenericBody(command: number, version: number, attributes: Uint8Array): Uint8Array {
  const body = new Uint8Array(GENL_HDRLEN + attributes.length);
  body[0] = command;
  body[1] = version;
  body.set(attributes, GENL_HDRLEN);
  return body;
}
