import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { describeFileError, InputError } from '../errors.js';

const ASK_TIMEOUT_MS = 30_000;

/** The folders of a user's Wireshark. */
export interface WiresharkFolders {
  /** Personal Lua plugins. */
  readonly plugins: string;
  /** Personal configuration. Profiles are in its folder `profiles`. */
  readonly configuration: string;
  /** Personal extcap programs: each of them offers interfaces to capture from. */
  readonly extcap: string;
  /** Whether tshark reported the folders. If not, tshark is not installed, and these are the usual folders. */
  readonly told: boolean;
}

/**
 * Finds the running user's folders with `tshark -G folders`. Only the installed version knows how it was built, and which
 * old folders it still reads. `wireshark` itself does not report its folders. Without tshark, the configuration is
 * `wireshark` below XDG_CONFIG_HOME or ~/.config, or ~/.wireshark when only this folder exists. The plugins are then in
 * ~/.local/lib/wireshark/plugins, and the extcap programs in ~/.local/lib/wireshark/extcap, as since Wireshark 4.2.
 * @param program used in place of `tshark`; looked up in PATH.
 * @throws InputError when tshark fails, or was built without Lua.
 */
export async function findFolders(program = 'tshark'): Promise<WiresharkFolders> {
  let report: string;
  try {
    ({ stdout: report } = await promisify(execFile)(program, ['-G', 'folders'], { timeout: ASK_TIMEOUT_MS }));
  } catch (error) {
    if (isMissing(error)) return usualFolders();
    throw new InputError(`cannot ask ${program} for its folders: ${describeFileError(error)}`, program, {
      cause: error,
    });
  }
  const configuration = folderIn(report, 'Personal configuration');
  if (configuration === undefined) {
    throw new InputError(`${program} -G folders reports no folder for the personal configuration`, program);
  }
  const plugins = folderIn(report, 'Personal Lua Plugins');
  if (plugins === undefined) {
    throw new InputError(`${program} takes no Lua plugins (install a Wireshark built with Lua)`, program);
  }
  // Wireshark 4.0 has such a folder, but does not report it (tshark 4.0.17).
  const extcap = folderIn(report, 'Personal Extcap path') ?? join(configuration, 'extcap');
  return { plugins, configuration, extcap, told: true };
}

/** The folder in the line with this label. The line's form: label, colon, blanks and a tab, path. */
function folderIn(report: string, label: string): string | undefined {
  const line = report.split('\n').find((text) => text.startsWith(`${label}:`));
  const path = line?.slice(label.length + 1).trim();
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

function usualFolders(): WiresharkFolders {
  const home = homedir();
  return {
    plugins: join(home, '.local', 'lib', 'wireshark', 'plugins'),
    extcap: join(home, '.local', 'lib', 'wireshark', 'extcap'),
    configuration: usualConfiguration(home, process.env['XDG_CONFIG_HOME']),
    told: false,
  };
}

/** Wireshark's usual folder for a user's configuration. @param xdg the user's XDG_CONFIG_HOME */
export function usualConfiguration(home: string, xdg: string | undefined): string {
  // The XDG base directory specification: ignore a path that is not absolute.
  const current = join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(home, '.config'), 'wireshark');
  const old = join(home, '.wireshark');
  return !isFolder(current) && isFolder(old) ? old : current;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
