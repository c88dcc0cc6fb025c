import { align4 } from '../bytes.js';
import { AttributeCursor } from './attributeCursor.js';
import {
  NLM_F_ACK_TLVS,
  NLM_F_CAPPED,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_HDRLEN,
  NLMSGERR_ATTR_MSG,
} from './constants.js';
import type { Message } from './message.js';

/** The kernel's verdict on a request. */
export interface Ack {
  /** Positive errno, 0 for success. */
  readonly errno: number;
  /** The kernel's text for the error; undefined without NETLINK_EXT_ACK, and when the kernel sent no text. */
  readonly extendedAck: string | undefined;
}

/**
 * Decodes NLMSG_ERROR (also the positive ack, whose error is 0) and NLMSG_DONE (the end of a dump). Returns undefined
 * for other messages, and for an NLMSG_ERROR that is too short to hold an error.
 *
 *     offset size name
 *     0      4    error       negative errno, signed
 *     4      16   msg         header of the request          (NLMSG_ERROR only)
 *     20     ...  body        of the request, unless NLM_F_CAPPED
 *     ...    ...  attributes  if NLM_F_ACK_TLVS: NLMSGERR_ATTR_MSG is a string
 *
 * Source: netlink_ack() and netlink_dump_done() of net/netlink/af_netlink.c, Linux 6.12.
 */
export function decodeAck(message: Message): Ack | undefined {
  if (message.type !== NLMSG_ERROR && message.type !== NLMSG_DONE) return undefined;
  const { view, littleEndian, start, end } = message;
  if (end - start < 4) return message.type === NLMSG_DONE ? { errno: 0, extendedAck: undefined } : undefined;
  const error = view.getInt32(start, littleEndian);
  if (error > 0) return undefined;
  const errno = Math.abs(error);
  if ((message.flags & NLM_F_ACK_TLVS) === 0) return { errno, extendedAck: undefined };
  let attributes = start + 4;
  if (message.type === NLMSG_ERROR) {
    if (end - attributes < NLMSG_HDRLEN) return { errno, extendedAck: undefined };
    const requestLength = view.getUint32(attributes, littleEndian);
    const capped = (message.flags & NLM_F_CAPPED) !== 0;
    attributes += capped
      ? NLMSG_HDRLEN
      : align4(Math.min(Math.max(requestLength, NLMSG_HDRLEN), end - start));
  }
  const cursor = new AttributeCursor();
  cursor.reset(view, attributes, end, littleEndian);
  while (cursor.next()) {
    if (cursor.type === NLMSGERR_ATTR_MSG) return { errno, extendedAck: cursor.text() };
  }
  return { errno, extendedAck: undefined };
}
