/**
 * Files of the code that V8 made of a program.
 *
 * V8 checks its own version and flags, and the length of the program. V8 does not check the code: damaged code crashes
 * Node, and code from an attacker runs instead of the program. So code is used only if it is complete, belongs to the
 * program, and was written by a user who can also write the program.
 *
 * | offset | size | name | meaning |
 * | ------ | ---- | ---- | ------- |
 * | 0 | n | code | as V8 made it; at the start, where it is aligned, so that V8 does not copy it |
 * | n | 4 | checksum | CRC-32 of the program's file, then of the code; little-endian |
 *
 * A CRC-32 finds all damage within 32 bits, and misses one in 4 billion of other damages. Its verification costs a
 * quarter of the time that the code saves for `dropcap --version`. A SHA-256 costs half, because node:crypto must be
 * loaded.
 */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { crc32 } from 'node:zlib';

const CHECKSUM_BYTES = 4;
const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY, S_IWGRP, S_IWOTH } = constants;

/** The bytes of the program's file, and its stats when it was opened. */
export interface ProgramFile {
  readonly bytes: Buffer;
  readonly stats: Stats;
}

/**
 * Reads the program.
 * @throws Error of node:fs when the file cannot be read
 */
export function readProgram(path: string): ProgramFile {
  const file = openSync(path, O_RDONLY);
  try {
    return { stats: fstatSync(file), bytes: readFileSync(file) };
  } finally {
    closeSync(file);
  }
}

/** Reads and verifies the code; undefined when the file is missing, can be written by other users, or is damaged. */
export function readCode(path: string, program: ProgramFile): Buffer | undefined {
  try {
    // Without O_NONBLOCK, opening a FIFO waits for its writer.
    const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      return isTrusted(fstatSync(file), program.stats) ? verified(readFileSync(file), program) : undefined;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/**
 * Writes the whole code file or nothing, because other processes may be reading it.
 * @throws Error of node:fs when the file cannot be written
 */
export function writeCode(path: string, program: ProgramFile, code: Buffer): void {
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32LE(checksumOf(program, code));
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, Buffer.concat([code, checksum]), { flush: true, flag: 'wx', mode: 0o644 });
  renameSync(unfinished, path);
}

/** Whether only the program's owner and root can write the file. Access control lists show up in the group's bits. */
function isTrusted(file: Stats, program: Stats): boolean {
  const writableByOthers = (file.mode & (S_IWGRP | S_IWOTH)) !== 0;
  return file.isFile() && (file.uid === program.uid || file.uid === 0) && !writableByOthers;
}

function verified(bytes: Buffer, program: ProgramFile): Buffer | undefined {
  const end = bytes.length - CHECKSUM_BYTES;
  const code = bytes.subarray(0, end);
  return bytes.readUInt32LE(end) === checksumOf(program, code) ? code : undefined;
}

function checksumOf(program: ProgramFile, code: Buffer): number {
  return crc32(code, crc32(program.bytes));
}
