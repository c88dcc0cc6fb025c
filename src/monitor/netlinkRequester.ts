import type { NetlinkBinding, NetlinkSocket } from '../binding/contract.js';
import { HOST_LITTLE_ENDIAN } from '../bytes.js';
import { describeErrno, errnoOf, messageOf, NetlinkError } from '../errors.js';
import { decodeAck } from '../netlink/ack.js';
import { NETLINK_CAP_ACK, NETLINK_EXT_ACK } from '../netlink/constants.js';
import { permissionHint } from '../permission.js';
import { type Message, messagesOf } from '../netlink/message.js';

/** The kernel answers a request before send() returns. After this time, the request has failed. */
const ANSWER_TIMEOUT_MS = 5000;
const EPERM = 1;

/** A netlink socket for requests to the kernel, one request at a time. */
export class NetlinkRequester {
  readonly #socket: NetlinkSocket;
  #sequence = 0;

  constructor(binding: NetlinkBinding, protocol: number) {
    this.#socket = withNetlinkError('open a netlink socket', () => binding.openNetlinkSocket(protocol, 0));
    // Kernels before 4.12 lack these options: their errors have no text.
    for (const option of [NETLINK_EXT_ACK, NETLINK_CAP_ACK]) {
      try {
        this.#socket.setOption(option, 1);
      } catch {
        break;
      }
    }
  }

  /**
   * Sends a request, and calls `accept` with each message of its answer, until the ack or the end of a dump. Blocks.
   * @param doing what is being done, for the error: `start monitoring`.
   * @param build builds the request with the given sequence number.
   * @param accept the message shares memory with the receive buffer of this call.
   * @throws NetlinkError with the kernel's errno and text when the kernel refuses the request; with errno 0 when it does
   * not answer.
   */
  request(
    doing: string,
    build: (sequence: number) => Uint8Array,
    accept: (message: Message) => void = () => {},
  ): void {
    const sequence = ++this.#sequence;
    withNetlinkError(doing, () => this.#socket.send(build(sequence)));
    const deadline = Date.now() + ANSWER_TIMEOUT_MS;
    for (let left = ANSWER_TIMEOUT_MS; left > 0; left = deadline - Date.now()) {
      const datagram = withNetlinkError(doing, () => this.#socket.receive(left));
      if (!datagram) break;
      for (const message of messagesOf(datagram, HOST_LITTLE_ENDIAN)) {
        if (message.sequence !== sequence) continue;
        const ack = decodeAck(message);
        if (!ack) accept(message);
        else if (ack.errno === 0) return;
        else throw refusal(doing, ack.errno, ack.extendedAck);
      }
    }
    throw new NetlinkError(`cannot ${doing}: the kernel did not answer`, { syscall: 'netlink', errno: 0 });
  }

  close(): void {
    this.#socket.close();
  }
}

/**
 * Runs a socket call and returns its result.
 * @param doing what is being done, for the error: `open a socket for devices`.
 * @throws NetlinkError when `run` throws, with the same errno.
 */
export function withNetlinkError<T>(doing: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    const errno = errnoOf(error);
    const hint = errno === EPERM ? permissionHint() : '';
    const syscall = error instanceof Error && 'syscall' in error ? String(error.syscall) : 'netlink';
    throw new NetlinkError(
      `cannot ${doing}: ${messageOf(error)}${hint}`,
      { syscall, errno },
      { cause: error },
    );
  }
}

function refusal(doing: string, errno: number, extendedAck: string | undefined): NetlinkError {
  const hint = errno === EPERM ? permissionHint() : '';
  const text = extendedAck === undefined ? '' : `: ${extendedAck}`;
  return new NetlinkError(`cannot ${doing}: ${describeErrno(errno)}${text}${hint}`, {
    syscall: 'netlink',
    errno,
    extendedAck,
  });
}
