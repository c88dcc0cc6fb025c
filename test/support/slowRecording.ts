import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { recordingPath } from './tools.js';

const FILE_HEADER = 24;
const RECORD_HEADER = 16;

/** The pieces of a little-endian pcap recording: its header, then one record each. */
export function piecesOf(name: string): Buffer[] {
  const bytes = readFileSync(recordingPath(name));
  const pieces = [bytes.subarray(0, FILE_HEADER)];
  for (let at = FILE_HEADER; at < bytes.length;) {
    const end = at + RECORD_HEADER + bytes.readUInt32LE(at + 8);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

/** Plays a recording to the standard input of `dropcap -r -`, as a live capture would arrive: a record at a time. */
export async function play(name: string, input: Writable, intervalMs: number): Promise<void> {
  input.on('error', () => {}); // dropcap may end first.
  for (const piece of piecesOf(name)) {
    if (input.destroyed) return;
    input.write(piece);
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
  input.end();
}
