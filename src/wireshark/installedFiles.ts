import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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
}

/** Name of the Wireshark profile. */
export const PROFILE = 'dropcap';

/** The profile's folder, which also holds the installation record. */
export function profileFolder(folders: WiresharkFolders): string {
  return join(folders.configuration, 'profiles', PROFILE);
}

/**
 * All files to install: the plugin, the columns, the colouring rules, the widths of the columns, and the filter that
 * chooses the profile.
 */
export function installedFiles(folders: WiresharkFolders): InstalledFile[] {
  const profile = profileFolder(folders);
  return [
    file(folders.plugins, 'dropcap.lua', 'dropcap.lua'),
    file(profile, 'preferences', 'profile/preferences'),
    file(profile, 'colorfilters', 'profile/colorfilters'),
    { ...file(profile, 'recent', 'profile/recent'), seed: true },
    file(profile, 'profile_settings', 'profile/profile_settings'),
  ];
}

/** The SHA-256 of a file's content, as hex digits. The installation record holds it. */
export function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function file(folder: string, name: string, source: string): InstalledFile {
  // The package has these files in src only: the build copies only TypeScript to dist.
  const content = readFileSync(new URL(`src/wireshark/${source}`, PACKAGE_FOLDER));
  return { name, path: join(folder, name), content, seed: false };
}
