import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describeFileError, InputError } from '../../errors.js';
import { type ByteInput, streamInput } from './byteInput.js';

const READ_BYTES = 1 << 16;
/** Most bytes of a tool's error text that are shown. */
const MAX_TEXT_BYTES = 300;

/** The user and group of a tool's process. */
export interface ToolUser {
  readonly uid: number;
  readonly gid: number;
}

type Tool = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Starts a tool that decompresses its standard input, and returns the input of its output. The tool gets no name of a
 * file.
 * @param packed the compressed input, which the new input closes.
 * @param user the user of the tool's process; undefined: that of this process.
 * @throws InputError when the tool cannot be started. Reading throws InputError when the tool fails, after the tool's
 * output was read.
 */
export async function openToolInput(
  packed: ByteInput,
  tool: string,
  args: readonly string[],
  user: ToolUser | undefined,
): Promise<ByteInput> {
  // In a session of its own, so that Ctrl-C ends dropcap, which then ends the tool.
  const child = spawn(tool, args, { stdio: ['pipe', 'pipe', 'pipe'], detached: true, ...user });
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw cannotStart(packed.name, tool, error);
  }
  return new ToolInput(packed, tool, child);
}

class ToolInput implements ByteInput {
  readonly name: string;
  readonly size = undefined;
  readonly #packed: ByteInput;
  readonly #tool: string;
  readonly #child: Tool;
  readonly #output: ByteInput;
  readonly #ended: Promise<unknown>;
  /** Why the compressed input could not be read. */
  #failure: unknown;
  #text = '';
  #closed = false;

  constructor(packed: ByteInput, tool: string, child: Tool) {
    this.name = packed.name;
    this.#packed = packed;
    this.#tool = tool;
    this.#child = child;
    this.#output = streamInput(packed.name, child.stdout);
    this.#ended = new Promise((resolve) => child.on('close', resolve));
    // kill() fails if dropcap changed its user since. The tool then ends because its output is closed.
    child.on('error', () => {});
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#text = (this.#text + text).slice(0, MAX_TEXT_BYTES);
    });
    // A tool that ends early does not read the rest: its exit status says whether it failed.
    pipeline(() => this.#compressed(), child.stdin).catch(() => {});
  }

  async read(target: Uint8Array, offset: number): Promise<number> {
    // As many bytes as a file would give: a device is often described after its drops, and must be in the same batch.
    let at = offset;
    for (let got = -1; got !== 0 && at < target.length; at += got) got = await this.#output.read(target, at);
    if (at > offset || this.#closed) return at - offset;
    await this.#ended;
    if (this.#closed) return 0;
    if (this.#failure !== undefined) throw this.#failure;
    const { exitCode, signalCode } = this.#child;
    if (exitCode === 0) return 0;
    const why = this.#text.trim() || (signalCode ?? `exit status ${exitCode}`);
    throw new InputError(
      `${this.name} is cut short or damaged: what could be decompressed was read (${this.#tool}: ${why})`,
      this.name,
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#child.kill();
    await this.#output.close();
    await this.#packed.close();
  }

  async *#compressed(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const bytes = new Uint8Array(READ_BYTES);
        const got = await this.#packed.read(bytes, 0);
        if (got === 0) return;
        yield bytes.subarray(0, got);
      }
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }
}

function cannotStart(name: string, tool: string, error: unknown): InputError {
  const text =
    `cannot read ${name}: cannot start ${tool}, which decompresses it: ${describeFileError(error)} ` +
    `(install ${tool}, or decompress elsewhere: ${tool} -dc FILE | dropcap -r -)`;
  return new InputError(text, name, { cause: error });
}
