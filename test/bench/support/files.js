// The files that benchmarks read and write.
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The program under test. */
export const PROGRAM = fileURLToPath(new URL('../../../bin/dropcap.js', import.meta.url));
/** Wireshark's extcap program. */
export const EXTCAP = fileURLToPath(new URL('../../../bin/dropmon.js', import.meta.url));
/** Copies a file. */
export const COPY = fileURLToPath(new URL('copy.js', import.meta.url));
/** A recording of 104 alerts of a real kernel. */
export const SAMPLE = fileURLToPath(
  new URL('../../../samples/recordings/linux-6.12/dwdump.pcap', import.meta.url),
);

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const WRITE_BYTES = 1 << 20;

/**
 * Runs `work` with a new folder, which is removed afterwards.
 * @param {(folder: string) => void} work
 * @param {string} place the parent folder
 */
export function withFolder(work, place = tmpdir()) {
  const folder = mkdtempSync(join(place, 'dropcap-bench-'));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Writes a recording of the given number of alerts: the sample's alerts, repeated.
 * @param {string} path
 * @param {number} alerts
 */
export function writeRecording(path, alerts) {
  const sample = readFileSync(SAMPLE);
  /** @param {number} at */
  const next = (at) => at + RECORD_HEADER_BYTES + sample.readUInt32LE(at + 8);
  // The first record is nlctrl's answer about the family.
  let at = next(FILE_HEADER_BYTES);
  const header = sample.subarray(0, at);
  /** @type {Buffer[]} */
  const records = [];
  while (at < sample.length) {
    const end = next(at);
    records.push(sample.subarray(at, end));
    at = end;
  }
  const file = openSync(path, 'w');
  try {
    writeSync(file, header);
    const round = Buffer.concat(records);
    const rounds = Math.floor(alerts / records.length);
    const perWrite = Math.ceil(WRITE_BYTES / round.length);
    const many = Buffer.concat(Array.from({ length: perWrite }, () => round));
    for (let done = 0; done < rounds; done += perWrite) {
      writeSync(file, many, 0, Math.min(perWrite, rounds - done) * round.length);
    }
    writeSync(file, Buffer.concat(records.slice(0, alerts % records.length)));
    // Wait for the disk: otherwise writing this file would slow down the measured readers.
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
