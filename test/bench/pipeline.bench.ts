import { readFileSync } from 'node:fs';
import { bench, describe } from 'vitest';
import { viewOf } from '../../src/bytes.js';
import { DeviceTable } from '../../src/device.js';
import { DropBatch } from '../../src/drop.js';
import { FRAMED_FORM } from '../../src/encode/framedForm.js';
import { PcapngEncoder } from '../../src/encode/pcapngEncoder.js';
import { READ_MORE, READ_PACKET } from '../../src/pcap/recordReader.js';
import { PcapReader } from '../../src/pcap/reader.js';
import { RecordingScanner } from '../../src/source/recordingScanner.js';
import { StringTable } from '../../src/stringTable.js';

/** The hot path on the 98 alerts of a real recording: one iteration is all of them. */
const recording = new Uint8Array(
  readFileSync(new URL('../../samples/recordings/linux-6.12/nlmon.pcap', import.meta.url)),
);
const view = viewOf(recording);
const batch = new DropBatch(recording, 256, new StringTable());
const scanner = new RecordingScanner();
const encoder = new PcapngEncoder({
  section: {},
  origin: { devices: new DeviceTable(), kernelRelease: undefined },
  live: false,
  form: FRAMED_FORM,
});
encoder.header();

function scan(): void {
  batch.length = 0;
  const reader = new PcapReader(true);
  for (let at = 0; ; at += reader.consumed) {
    const kind = reader.next(view, at, recording.length, at);
    if (kind === READ_MORE) return;
    if (kind === READ_PACKET) scanner.scan(batch, view, reader.offset, reader.length, reader.originalLength);
  }
}
scan();

describe('98 alerts of nlmon.pcap', () => {
  bench('read and decode', scan);
  bench('encode as pcapng', () => void encoder.encode(batch));
});
