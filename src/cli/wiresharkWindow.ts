import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmdirSync, unlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeFileError, InputError } from '../errors.js';
import { findProgram } from '../host/programs.js';
import { usualConfiguration } from '../wireshark/folders.js';
import { PROFILE, profileFolder } from '../wireshark/installedFiles.js';
import type { User } from './privileges.js';

const PROGRAM = 'wireshark';
const FIFO = 'dropped-packets';

/** A Wireshark that reads a FIFO. */
export interface WiresharkWindow {
  /** The FIFO. Only this user, and root, can use it. */
  readonly fifo: string;
  /** Aborted when Wireshark ended. */
  readonly closed: AbortSignal;
  /** Why Wireshark ended; undefined while it runs, and when a user closed it. */
  failure(): string | undefined;
  /** Removes the FIFO. Wireshark stays open. */
  remove(): void;
}

/**
 * Starts Wireshark, which captures from a new FIFO. A FIFO, and not standard input: of that, Wireshark keeps a copy open
 * after its capture is stopped, and the writer would wait (4.0.17).
 * @param user the user who gets the window, if it is not this process's user
 * @throws InputError when there is no Wireshark or no display, before anything is started
 */
export function openWiresharkWindow(user: User | undefined): WiresharkWindow {
  checkDisplay();
  const program = findProgram(PROGRAM);
  if (program === undefined) {
    throw cannotStart(
      'there is no program wireshark in PATH (Debian: apt install wireshark. For a terminal: dropcap -w - | tshark -i -)',
    );
  }
  const account = user && accountOf(user);
  const env = account ? { ...process.env, ...account.env } : process.env;
  const fifo = makeFifo(user);
  const args = ['-k', '-i', fifo, ...profileArguments(env)];
  const [command, words] = user
    ? (['setpriv', [...identityArguments(user, account), program, ...args]] as const)
    : ([program, args] as const);
  // A session of its own: Ctrl-C ends the capture, and Wireshark keeps its packets.
  const child = spawn(command, words, { env, detached: true, stdio: ['ignore', 'ignore', 'inherit'] });
  child.unref();
  const closing = new AbortController();
  let failure: string | undefined;
  child.once('error', (error) => {
    failure = `cannot start ${command}: ${describeFileError(error)}`;
    closing.abort();
  });
  child.once('exit', (status, signal) => {
    if (status !== 0) failure = `Wireshark ended with ${signal ?? `status ${status}`}`;
    closing.abort();
  });
  return { fifo, closed: closing.signal, failure: () => failure, remove: () => removeFifo(fifo) };
}

function checkDisplay(): void {
  const { DISPLAY: x11, WAYLAND_DISPLAY: wayland } = process.env;
  if (x11 || wayland) return;
  throw cannotStart(
    'there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set (run dropcap in a terminal of the desktop; if sudo removed them: sudo --preserve-env=DISPLAY,XAUTHORITY,WAYLAND_DISPLAY dropcap --wireshark)',
  );
}

function cannotStart(why: string, cause?: unknown): InputError {
  return new InputError(`cannot start Wireshark: ${why}`, PROGRAM, { cause });
}

/** A user's entry in the password file, as far as Wireshark needs it. */
interface Account {
  readonly env: NodeJS.ProcessEnv;
}

/** Undefined for a user without an entry. */
function accountOf({ uid }: User): Account | undefined {
  let entry: string;
  try {
    entry = execFileSync('getent', ['passwd', String(uid)], { encoding: 'utf8' });
  } catch {
    return undefined;
  }
  const [name = '', , , , , home = '/'] = entry.trim().split(':');
  const runtime = `/run/user/${uid}`;
  const env = { HOME: home, USER: name, LOGNAME: name };
  return { env: existsSync(runtime) ? { ...env, XDG_RUNTIME_DIR: runtime } : env };
}

/** Node's own option `uid` would leave out the user's other groups: Debian lets the group wireshark run dumpcap. */
function identityArguments({ uid, gid }: User, account: Account | undefined): string[] {
  return ['--reuid', String(uid), '--regid', String(gid), account ? '--init-groups' : '--clear-groups'];
}

/** Chooses dropcap's profile, if it is installed: Wireshark shows an error for an unknown one. */
function profileArguments(env: NodeJS.ProcessEnv): string[] {
  const configuration = usualConfiguration(env['HOME'] ?? homedir(), env['XDG_CONFIG_HOME']);
  return existsSync(profileFolder({ configuration })) ? ['-C', PROFILE] : [];
}

/** Makes a FIFO in a new folder. Both belong to the user at the end, who can remove them. */
function makeFifo(user: User | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'dropcap-'));
  const fifo = join(folder, FIFO);
  try {
    execFileSync('mkfifo', ['-m', '600', fifo]);
    // The FIFO first: afterwards the user could put something else in its place.
    if (user) for (const path of [fifo, folder]) chownSync(path, user.uid, user.gid);
  } catch (error) {
    removeFifo(fifo);
    throw cannotStart(`cannot make a FIFO in ${folder}: ${describeFileError(error)}`, error);
  }
  return fifo;
}

function removeFifo(fifo: string): void {
  for (const remove of [() => unlinkSync(fifo), () => rmdirSync(join(fifo, '..'))]) {
    try {
      remove();
    } catch {
      // It was not made, or is gone.
    }
  }
}
