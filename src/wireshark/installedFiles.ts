import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGE_FOLDER } from '../packageFolder.js';
import type { WiresharkFolders } from './folders.js';

/** A file to install in Wireshark's folders. */
export interface InstalledFile {
  /** Name of the file: its key in the installation record. */
  readonly name: string;
  /** Path where Wireshark looks for the file. */
  readonly path: string;
  readonly content: Buffer;
  /**
   * Whether Wireshark writes the file again by itself. What Wireshark made of the file is kept by `install` and removed
   * by `uninstall`.
   */
  readonly seed: boolean;
  /** Whether Wireshark runs the file. */
  readonly program: boolean;
}

/** Name of the Wireshark profile. */
export const PROFILE = 'dropcap';

/** The profile's folder, which also holds the installation record. */
export function profileFolder(folders: Pick<WiresharkFolders, 'configuration'>): string {
  return join(folders.configuration, 'profiles', PROFILE);
}

/**
 * All files to install: the plugin, the columns, the colouring rules, the widths of the columns, and the filter that
 * chooses the profile, and the program that offers the interface.
 */
export function installedFiles(folders: WiresharkFolders): InstalledFile[] {
  const profile = profileFolder(folders);
  return [
    file(folders.plugins, 'dropcap.lua', 'dropcap.lua'),
    file(profile, 'preferences', 'profile/preferences'),
    file(profile, 'colorfilters', 'profile/colorfilters'),
    { ...file(profile, 'recent', 'profile/recent'), seed: true },
    file(profile, 'profile_settings', 'profile/profile_settings'),
    extcapProgram(folders.extcap),
  ];
}

/** The SHA-256 of a file's content, as hex digits. The installation record holds it. */
export function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function file(folder: string, name: string, source: string): InstalledFile {
  // The package has these files in src only: the build copies only TypeScript to dist.
  const content = readFileSync(new URL(`src/wireshark/${source}`, PACKAGE_FOLDER));
  return { name, path: join(folder, name), content, seed: false, program: false };
}

/**
 * A program that starts bin/dropmon.js. No link to it: a desktop session may not have the right Node in PATH, or none. The
 * Node that runs now is one that works. When it was removed, the one in PATH is tried.
 */
function extcapProgram(folder: string): InstalledFile {
  const program = quoted(fileURLToPath(new URL('bin/dropmon.js', PACKAGE_FOLDER)));
  const content = `#!/bin/sh
# Installed by: dropcap wireshark install. Wireshark starts this for its interface "Dropped packets".
node=${quoted(process.execPath)}
[ -x "$node" ] || node=node
exec "$node" ${program} "$@"
`;
  return {
    name: 'dropmon',
    path: join(folder, 'dropmon'),
    content: Buffer.from(content),
    seed: false,
    program: true,
  };
}

/** A word for sh. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
