import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture, type CaptureSummary } from '../../src/capture/capture.js';
import { CaptureError } from '../../src/capture/captureError.js';
import { createEncoder, type EncoderOptions } from '../../src/outlet/createEncoder.js';
import { EncodedOutlet } from '../../src/outlet/encodedOutlet.js';
import type { ByteSink } from '../../src/outlet/sink.js';
import { openRecording } from '../../src/source/file/recording.js';

/** How to convert a file of drops. */
export interface ConvertOptions extends EncoderOptions {
  /** Default: `pcapng`. */
  readonly format?: 'pcapng' | 'pcap' | 'json';
}

/** The result of converting a file of drops. */
export interface Converted {
  readonly bytes: Buffer;
  readonly summary: CaptureSummary;
  /** The error that ended the reading early. */
  readonly error: unknown;
}

/**
 * Reads a file of drops and writes it in another form, in memory, as `dropcap -r FILE -w -` does. Returns an error that
 * happens while reading. @throws the errors of opening.
 */
export async function convert(file: Uint8Array, options: ConvertOptions = {}): Promise<Converted> {
  const folder = mkdtempSync(join(tmpdir(), 'dropcap-convert-'));
  try {
    const path = join(folder, 'input');
    writeFileSync(path, file);
    const source = await openRecording(path);
    const sink = new MemorySink();
    const outlet = new EncodedOutlet(createEncoder(options.format ?? 'pcapng', source, options), sink);
    let error: unknown;
    const summary = await capture(source, outlet).catch((thrown: unknown) => {
      if (!(thrown instanceof CaptureError)) throw thrown;
      error = thrown.cause;
      return thrown.summary;
    });
    return { bytes: Buffer.concat(sink.parts), summary, error };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The bytes of a file in another form. @throws any error of the conversion. */
export async function converted(file: Uint8Array, options: ConvertOptions = {}): Promise<Buffer> {
  const { bytes, error } = await convert(file, options);
  if (error) throw error;
  return bytes;
}

/** A drop as `--json` prints it. */
export type JsonDrop = Readonly<Record<string, unknown>>;

/** The drops of a file as `--json` prints them. @throws any error of the conversion. */
export async function jsonOf(file: Uint8Array, options: ConvertOptions = {}): Promise<JsonDrop[]> {
  const text = (await converted(file, { ...options, format: 'json' })).toString('latin1');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as JsonDrop);
}

class MemorySink implements ByteSink {
  readonly parts: Buffer[] = [];
  write(bytes: Uint8Array): Promise<void> {
    this.parts.push(Buffer.from(bytes));
    return Promise.resolve();
  }
  close = () => Promise.resolve();
  discard = () => Promise.resolve(false);
  onFailure = () => {};
}
