import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { InputError, messageOf } from '../errors.js';

const ASK_TIMEOUT_MS = 30_000;

/** Where Wireshark looks for what its user has. */
export interface WiresharkFolders {
  /** Personal Lua plugins. */
  readonly plugins: string;
  /** Personal configuration; profiles are in its folder `profiles`. */
  readonly configuration: string;
  /** Whether the installed version told. Else there is no tshark, and these are the usual folders. */
  readonly told: boolean;
}

/**
 * The folders of the running user: those that `tshark` tells, for only the installed version knows how it was built and
 * which of the older places it still takes (`wireshark` itself does not tell). Without a tshark: `wireshark` below
 * XDG_CONFIG_HOME or ~/.config, or ~/.wireshark where only that is there; ~/.local/lib/wireshark/plugins.
 * @param program stands for `tshark`, looked up in PATH.
 * @throws InputError when tshark fails, or was built without Lua.
 */
export async function findFolders(program = 'tshark'): Promise<WiresharkFolders> {
  let report: string;
  try {
    ({ stdout: report } = await promisify(execFile)(program, ['-G', 'folders'], { timeout: ASK_TIMEOUT_MS }));
  } catch (error) {
    if (isMissing(error)) return usualFolders();
    throw new InputError(`cannot ask ${program} for its folders: ${messageOf(error)}`, program, {
      cause: error,
    });
  }
  const configuration = folderIn(report, 'Personal configuration');
  if (configuration === undefined) {
    throw new InputError(`${program} -G folders names no folder for a personal configuration`, program);
  }
  const plugins = folderIn(report, 'Personal Lua Plugins');
  if (plugins === undefined) {
    throw new InputError(`${program} takes no Lua plugins (install a Wireshark built with Lua)`, program);
  }
  return { plugins, configuration, told: true };
}

/** A folder of the report: label, colon, blanks and a tab, path. */
function folderIn(report: string, label: string): string | undefined {
  const line = report.split('\n').find((text) => text.startsWith(`${label}:`));
  const path = line?.slice(label.length + 1).trim();
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

function usualFolders(): WiresharkFolders {
  const home = homedir();
  const xdg = process.env['XDG_CONFIG_HOME'];
  // The XDG base directory specification: a path that is not absolute is passed over.
  const current = join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(home, '.config'), 'wireshark');
  const old = join(home, '.wireshark');
  return {
    plugins: join(home, '.local', 'lib', 'wireshark', 'plugins'),
    configuration: !isFolder(current) && isFolder(old) ? old : current,
    told: false,
  };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
