import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { describeFileError, OutputError } from '../errors.js';
import { type Compression, COMPRESSIONS } from './compressions.js';
import { type FileSinkOptions, openFileSink } from './fileSink.js';
import { lowerPriority } from './lowPriority.js';
import type { ByteSink } from './sink.js';

const { O_NOFOLLOW, O_RDONLY } = constants;

/** Newer versions of Node have zstd (22.15 and 23.8). */
const { createZstdCompress } = zlib as { createZstdCompress?: () => NodeJS.ReadWriteStream };

/** The program that a compression needs; undefined: none. */
export function toolFor(compression: Compression): string | undefined {
  return compression === 'zstd' && !createZstdCompress ? 'zstd' : undefined;
}

/**
 * Compresses a file into a new file beside it, and leaves the file as it is. zstd is Node's where Node has it, else the
 * program zstd.
 * @returns the closed sink of the new file; its name is that of the file with the compression's end
 * @throws OutputError; the new file is then removed
 */
export async function compressFile(
  path: string,
  compression: Compression,
  options: FileSinkOptions,
): Promise<ByteSink> {
  const file = await open(path, O_RDONLY | O_NOFOLLOW);
  try {
    const sink = await openFileSink(path + COMPRESSIONS[compression], options);
    try {
      await compressInto(sink, file, compression);
      await sink.close();
      return sink;
    } catch (error) {
      await sink.discard().catch(() => {}); // The first error is reported.
      throw new OutputError(`cannot compress ${path}: ${describeFileError(error)}`, path, 0, {
        cause: error,
      });
    }
  } finally {
    await file.close();
  }
}

async function compressInto(sink: ByteSink, file: FileHandle, compression: Compression): Promise<void> {
  const write = async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) await sink.write(chunk);
  };
  if (toolFor(compression) !== undefined) {
    await runZstd(file, write);
    return;
  }
  const compressor = compression === 'gzip' ? zlib.createGzip() : createZstdCompress!();
  await pipeline(file.createReadStream({ autoClose: false }), compressor, write);
}

/** Gives the bytes that the program zstd makes of a file to `write`. */
async function runZstd(
  file: FileHandle,
  write: (chunks: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  // A session of its own: Ctrl-C ends dropcap, and the file is still compressed.
  const child = spawn('zstd', ['-qc'], { stdio: [file.fd, 'pipe', 'ignore'], detached: true });
  const ended = new Promise((resolve) => child.on('close', resolve));
  try {
    await once(child, 'spawn');
  } catch (error) {
    const why = describeFileError(error);
    throw new Error(`cannot start zstd: ${why} (install zstd, or use --compress gzip)`, { cause: error });
  }
  lowerPriority(child.pid);
  await write(child.stdout!);
  await ended;
  if (child.exitCode !== 0)
    throw new Error(`zstd failed (${child.signalCode ?? `exit status ${child.exitCode}`})`);
}
