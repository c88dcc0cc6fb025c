import { spawnSync } from 'node:child_process';
import { accessSync, closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { noteMissing } from './skipped.js';

/** The recordings of a real kernel, and the program under test. */
const RECORDINGS = fileURLToPath(new URL('../../samples/recordings/linux-6.12/', import.meta.url));
export const PROGRAM = fileURLToPath(new URL('../../bin/dropcap.js', import.meta.url));
const MAX_OUTPUT_BYTES = 1 << 28;
/** The warning that Wireshark's programs print when root runs them. */
const ROOT_WARNING = /^Running as user "root" and group "root"\. This could be dangerous\.\n/gm;

/** The result of running a program. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  /** Without the warning about running as root. */
  readonly stderr: string;
}

/** Runs a program until it ends. Its standard input is the file `stdin`. */
export function run(command: string, args: readonly string[], stdin = '/dev/null'): Ran {
  const input = openSync(stdin, 'r');
  try {
    const ran = spawnSync(command, args, {
      stdio: [input, 'pipe', 'pipe'],
      encoding: 'utf8',
      maxBuffer: MAX_OUTPUT_BYTES,
      env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' },
    });
    if (ran.error) throw ran.error;
    return { status: ran.status, stdout: ran.stdout, stderr: ran.stderr.replaceAll(ROOT_WARNING, '') };
  } finally {
    closeSync(input);
  }
}

/** Runs a tool. Throws when it fails. */
export function runTool(command: string, ...args: string[]): Ran {
  const ran = run(command, args);
  if (ran.status !== 0) throw new Error(`${command} ${args.join(' ')}: status ${ran.status}: ${ran.stderr}`);
  return ran;
}

/** Runs dropcap as a user does. */
export function dropcap(...args: string[]): Ran {
  return run(process.execPath, [PROGRAM, ...args]);
}

/** Runs dropcap with a file as its standard input. */
export function dropcapWithInput(stdin: string, ...args: string[]): Ran {
  return run(process.execPath, [PROGRAM, ...args], stdin);
}

/** Path of a recording, named without `.pcap`. */
export function recordingPath(name: string): string {
  return join(RECORDINGS, `${name}.pcap`);
}

/** The symbols of the kernel that was recorded. */
export const KALLSYMS: string = join(RECORDINGS, 'kallsyms.gz');

/** Makes a folder for a test file, removed after its last test. Must be called at the top of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dropcap-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Whether a tool is missing, so that tests must be skipped: for `describe.skipIf`. The end of the run reports it. In
 * continuous integration (CI is set) a missing tool throws: no test may be skipped.
 */
export function lacksTools(...tools: string[]): boolean {
  const missing = tools.filter((tool) => !isInstalled(tool));
  if (missing.length === 0) return false;
  const text = `the tests need ${missing.join(', ')} (Debian: apt install tshark tcpdump lua5.2 lua5.3 lua5.4 zstd xz-utils lz4 chromium tmux)`;
  if (process.env['CI']) throw new Error(text);
  noteMissing(missing);
  return true;
}

function isInstalled(tool: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
