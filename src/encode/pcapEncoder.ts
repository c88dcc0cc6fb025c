import type { DropBatch } from '../drop/batch.js';
import { OutputError, UsageError } from '../errors.js';
import { NANOSECONDS_PER_UNIT, type TimePrecision } from '../pcap/timePrecision.js';
import {
  buildPcapHeader,
  MAX_PACKET_BYTES,
  PCAP_RECORD_HEADER_BYTES,
  writePcapRecordHeader,
} from '../pcap/writer.js';
import { copyBytes } from '../bytes.js';
import type { BatchEncoder } from './encoder.js';
import type { OutputBuffer } from './outputBuffer.js';
import { fileSnapLength, type PacketForm } from './packetForm.js';
import { nanosecondsOf, secondsOf } from './timestamp.js';

const MAX_U32 = 0xffffffff;

/**
 * Encodes drops as classic pcap, for tools that read no newer format. A file has one link type. A packet has only its time, its lengths and its bytes.
 */
export class PcapEncoder implements BatchEncoder {
  cutPackets = 0;
  readonly #form: PacketForm;
  readonly #linkType: number;
  readonly #precision: TimePrecision;
  readonly #snapLength: number;
  #tooLate = false;

  /**
   * @param precision of the time stamps.
   * @param snapLength most bytes of a drop's payload; undefined when drops are whole.
   * @throws UsageError when the form has several link types.
   */
  constructor(form: PacketForm, precision: TimePrecision, snapLength: number | undefined) {
    if (form.linkType === undefined) {
      throw new UsageError(
        'a pcap file has one link type, and drops have several ' +
          '(-y NETLINK keeps all facts of the drops, -y LINUX_SLL2 only the packets)',
      );
    }
    this.#form = form;
    this.#linkType = form.linkType;
    this.#precision = precision;
    this.#snapLength = fileSnapLength(form, snapLength);
  }

  header(output: OutputBuffer): void {
    this.#form.start();
    output.append(buildPcapHeader(this.#linkType, this.#precision, this.#snapLength));
  }

  /**
   * Encodes the drops before the first drop whose time pcap cannot hold (after the year 2106).
   * @throws OutputError when an earlier batch had such a drop
   */
  encode(batch: DropBatch, output: OutputBuffer, from: number = 0, to: number = batch.length): number {
    this.#checkTime();
    for (let i = from; i < to; i++) {
      if (secondsOf(batch.timestampHigh[i]!, batch.timestampLow[i]!) > MAX_U32) {
        this.#tooLate = true;
        return i - from;
      }
      this.#encodeDrop(batch, i, output);
    }
    return to - from;
  }

  /** @throws OutputError when a batch had a drop whose time pcap cannot hold */
  trailer(): void {
    this.#checkTime();
  }

  #checkTime(): void {
    if (!this.#tooLate) return;
    const text =
      'pcap cannot hold the time of a drop after the year 2106, which ends the file (write pcapng)';
    throw new OutputError(text, 'pcap', 0);
  }

  #encodeDrop(batch: DropBatch, i: number, output: OutputBuffer): void {
    const form = this.#form;
    for (const packet of form.before(batch, i)) {
      const at = this.#begin(batch, i, packet.length, packet.length, output);
      copyBytes(packet, 0, packet.length, output.bytes, at);
    }
    const whole = form.measure(batch, i);
    const captured = Math.min(whole, MAX_PACKET_BYTES);
    if (captured < whole) this.cutPackets++;
    // Room for the whole packet. What is written after the cut is not part of the output.
    output.reserve(PCAP_RECORD_HEADER_BYTES + whole);
    const at = this.#begin(batch, i, captured, form.originalLength(batch, i, whole), output);
    form.write(batch, i, output, at, whole);
  }

  /**
   * Appends a record's header, and room for `captured` bytes. Returns the offset where the caller must write the
   * packet.
   */
  #begin(
    batch: DropBatch,
    i: number,
    captured: number,
    originalLength: number,
    output: OutputBuffer,
  ): number {
    const total = PCAP_RECORD_HEADER_BYTES + captured;
    output.reserve(total);
    const at = output.length;
    const [high, low] = [batch.timestampHigh[i]!, batch.timestampLow[i]!];
    writePcapRecordHeader(
      output.view,
      at,
      secondsOf(high, low),
      Math.floor(nanosecondsOf(high, low) / NANOSECONDS_PER_UNIT[this.#precision]),
      captured,
      Math.min(Math.max(originalLength, captured), MAX_U32),
    );
    output.length = at + total;
    return at + PCAP_RECORD_HEADER_BYTES;
  }
}
