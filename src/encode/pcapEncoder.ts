import type { DropBatch } from '../drop.js';
import { UsageError } from '../errors.js';
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

  /** @throws UsageError for a time that pcap cannot say */
  encode(batch: DropBatch): Uint8Array {
    this.#output.swap();
    for (let i = 0; i < batch.length; i++) this.#encodeDrop(batch, i);
    return this.#output.written();
  }

  trailer(): Uint8Array {
    return EMPTY;
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
    const seconds = secondsOf(high, low);
    if (seconds > MAX_U32) {
      throw new UsageError('pcap cannot say the time of a drop behind the year 2106 (write pcapng)');
    }
    writePcapRecordHeader(
      output.view,
      at,
      seconds,
      nanosecondsOf(high, low),
      captured,
      Math.min(Math.max(originalLength, captured), MAX_U32),
    );
    output.length = at + total;
    return at + PCAP_RECORD_HEADER_BYTES;
  }
}
