import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_FOLDER } from '../packageFolder.js';
import type { WiresharkFolders } from './folders.js';

/** A file that Wireshark gets. */
export interface InstalledFile {
  /** Its name, the key of the installation record. */
  readonly name: string;
  /** Where Wireshark looks for it. */
  readonly path: string;
  readonly content: Buffer;
}

/** Name of the Wireshark profile. */
export const PROFILE = 'dropcap';

/** The profile's own folder, which holds the installation record as well. */
export function profileFolder(folders: WiresharkFolders): string {
  return join(folders.configuration, 'profiles', PROFILE);
}

/** All that is installed: the plugin, the columns, the colouring rules. */
export function installedFiles(folders: WiresharkFolders): InstalledFile[] {
  const profile = profileFolder(folders);
  return [
    file(folders.plugins, 'dropcap.lua', 'dropcap.lua'),
    file(profile, 'preferences', 'profile/preferences'),
    file(profile, 'colorfilters', 'profile/colorfilters'),
  ];
}

/** How a content is known again. */
export function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function file(folder: string, name: string, source: string): InstalledFile {
  // These are no TypeScript: the package has them in src only.
  const content = readFileSync(new URL(`src/wireshark/${source}`, PACKAGE_FOLDER));
  return { name, path: join(folder, name), content };
}
