import type { DropBatch } from '../drop/batch.js';
import { OutputError, UsageError } from '../errors.js';
import { buildPcapHeader, PCAP_RECORD_HEADER_BYTES, writePcapRecordHeader } from '../pcap/writer.js';
import { copyBytes } from '../bytes.js';
import type { BatchEncoder } from './encoder.js';
import { OutputBuffer } from './outputBuffer.js';
import type { PacketForm } from './packetForm.js';
import { nanosecondsOf, secondsOf } from './timestamp.js';

const EMPTY = new Uint8Array(0);
const MAX_U32 = 0xffffffff;

/**
 * Encodes drops as classic pcap with time stamps in nanoseconds, for tools that know nothing newer: one link type, and
 * nothing about a packet but its time, its lengths and its bytes.
 */
export class PcapEncoder implements BatchEncoder {
  readonly #form: PacketForm;
  readonly #linkType: number;
  readonly #output = new OutputBuffer();
  #tooLate = false;

  /** @throws UsageError when the form has several link types. */
  constructor(form: PacketForm) {
    if (form.linkType === undefined) {
      throw new UsageError(
        'a pcap file has one link type, and drops have several ' +
          '(-y NETLINK keeps everything known of them, -y LINUX_SLL2 the packets alone)',
      );
    }
    this.#form = form;
    this.#linkType = form.linkType;
  }

  header(): Uint8Array {
    this.#form.start();
    return buildPcapHeader(this.#linkType);
  }

  /**
   * A drop at a time that pcap cannot say, and those behind it, are left out of the batch.
   * @throws OutputError behind such a drop
   */
  encode(batch: DropBatch): Uint8Array {
    this.#checkTime();
    this.#output.swap();
    for (let i = 0; i < batch.length; i++) {
      if (secondsOf(batch.timestampHigh[i]!, batch.timestampLow[i]!) > MAX_U32) {
        this.#tooLate = true;
        batch.length = i;
        break;
      }
      this.#encodeDrop(batch, i);
    }
    return this.#output.written();
  }

  /** @throws OutputError behind a drop at a time that pcap cannot say */
  trailer(): Uint8Array {
    this.#checkTime();
    return EMPTY;
  }

  #checkTime(): void {
    if (!this.#tooLate) return;
    const text =
      'pcap cannot say the time of a drop behind the year 2106, which ends the file (write pcapng)';
    throw new OutputError(text, 'pcap', 0);
  }

  #encodeDrop(batch: DropBatch, i: number): void {
    const form = this.#form;
    for (const packet of form.before(batch, i)) {
      const at = this.#begin(batch, i, packet.length, packet.length);
      copyBytes(packet, 0, packet.length, this.#output.bytes, at);
    }
    const captured = form.measure(batch, i);
    const at = this.#begin(batch, i, captured, form.originalLength(batch, i, captured));
    form.write(batch, i, this.#output, at, captured);
  }

  /** Appends a record of which the packet's bytes are still to be written, to the place that is returned. */
  #begin(batch: DropBatch, i: number, captured: number, originalLength: number): number {
    const output = this.#output;
    const total = PCAP_RECORD_HEADER_BYTES + captured;
    output.reserve(total);
    const at = output.length;
    const [high, low] = [batch.timestampHigh[i]!, batch.timestampLow[i]!];
    writePcapRecordHeader(
      output.view,
      at,
      secondsOf(high, low),
      nanosecondsOf(high, low),
      captured,
      Math.min(Math.max(originalLength, captured), MAX_U32),
    );
    output.length = at + total;
    return at + PCAP_RECORD_HEADER_BYTES;
  }
}
