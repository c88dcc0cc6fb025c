import { AsciiWriter } from '../dissect/asciiWriter.js';
import { MAX_DESCRIPTION_BYTES } from '../dissect/describe.js';
import { dumpBytes, writeDump } from '../dissect/hexDump.js';
import { describePacket } from '../encode/describePacket.js';
import type { Sample } from './analysis.js';
import { nameText } from './names.js';
import type { CauseRow, SampleRow } from './report.js';
import { isoTime } from './times.js';

const NS = 1e9;
/** Bytes of a packet that are shown. */
const SHOWN_BYTES = 96;

/**
 * The first packet of each of these causes, decoded.
 * @param samples by the numbers of causes. @param causeName of such a number
 */
export function sampleRows(
  samples: ReadonlyMap<number, Sample>,
  rows: readonly CauseRow[],
  causeName: (cause: number) => string,
): SampleRow[] {
  const byName = new Map<string, Sample>();
  for (const [cause, sample] of samples) {
    const name = causeName(cause);
    if (!byName.has(name)) byName.set(name, sample);
  }
  return rows.flatMap(({ name }) => {
    const sample = byName.get(name);
    return sample ? [sampleRow(name, sample)] : [];
  });
}

/** The packet's headers in one line. */
export function packetText({ drop, framing, protocol }: Sample): string {
  return textOf(MAX_DESCRIPTION_BYTES, (line) =>
    describePacket(line, drop.payload, drop.originalLength, protocol, framing, false),
  );
}

function sampleRow(cause: string, sample: Sample): SampleRow {
  const { timestampNs, interfaceName, payload } = sample.drop;
  const shown = payload.subarray(0, SHOWN_BYTES);
  return {
    cause,
    time: timestampNs === 0n ? null : isoTime(Number(timestampNs) / NS),
    interface: interfaceName === undefined ? null : nameText(interfaceName),
    packet: packetText(sample),
    bytes: textOf(dumpBytes(shown.length), (line) => writeDump(line, shown, 'hexAscii'))
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  };
}

function textOf(bytes: number, write: (line: AsciiWriter) => void): string {
  const memory = new Uint8Array(bytes);
  const line = new AsciiWriter();
  line.begin(memory, 0);
  write(line);
  return Buffer.from(memory.subarray(0, line.at)).toString('latin1');
}
