import type { NetlinkBinding, NetlinkSocket } from '../binding/contract.js';
import { HOST_LITTLE_ENDIAN } from '../bytes.js';
import { describeErrno, errnoOf, messageOf, NetlinkError } from '../errors.js';
import { decodeAck } from '../netlink/ack.js';
import { NETLINK_CAP_ACK, NETLINK_EXT_ACK } from '../netlink/constants.js';
import { type Message, messagesOf } from '../netlink/message.js';

/** The kernel answers a request before send() returns; anything slower than this is no answer. */
const ANSWER_TIMEOUT_MS = 5000;
const EPERM = 1;

/** A netlink socket for requests: one at a time, each with its answers. */
export class NetlinkRequester {
  readonly #socket: NetlinkSocket;
  #sequence = 0;

  constructor(binding: NetlinkBinding, protocol: number) {
    this.#socket = call('open a netlink socket', () => binding.openNetlinkSocket(protocol, 0));
    // Kernels before 4.12 lack these: errors then come without text.
    for (const option of [NETLINK_EXT_ACK, NETLINK_CAP_ACK]) {
      try {
        this.#socket.setOption(option, 1);
      } catch {
        break;
      }
    }
  }

  /**
   * Sends a request and gives every message of its answer up to the ack, or to the end of a dump, to `accept`.
   * @param doing what is being done, for the error: `start monitoring`.
   * @param build makes the request with the sequence number that it gets.
   * @throws NetlinkError with the kernel's errno and text when it refuses.
   */
  request(
    doing: string,
    build: (sequence: number) => Uint8Array,
    accept: (message: Message) => void = () => {},
  ): void {
    const sequence = ++this.#sequence;
    call(doing, () => this.#socket.send(build(sequence)));
    const deadline = Date.now() + ANSWER_TIMEOUT_MS;
    for (let left = ANSWER_TIMEOUT_MS; left > 0; left = deadline - Date.now()) {
      const datagram = call(doing, () => this.#socket.receive(left));
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

/** Runs a socket call; its failure becomes a NetlinkError that says what was being done. */
export function call<T>(doing: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    const errno = errnoOf(error);
    const hint = errno === EPERM ? ' (run as root)' : '';
    const syscall = error instanceof Error && 'syscall' in error ? String(error.syscall) : 'netlink';
    throw new NetlinkError(
      `cannot ${doing}: ${messageOf(error)}${hint}`,
      { syscall, errno },
      { cause: error },
    );
  }
}

function refusal(doing: string, errno: number, extendedAck: string | undefined): NetlinkError {
  const hint = errno === EPERM ? ' (CAP_NET_ADMIN is needed: run as root)' : '';
  const text = extendedAck === undefined ? '' : `: ${extendedAck}`;
  return new NetlinkError(`cannot ${doing}: ${describeErrno(errno)}${text}${hint}`, {
    syscall: 'netlink',
    errno,
    extendedAck,
  });
}
