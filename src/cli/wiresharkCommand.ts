import { userInfo } from 'node:os';
import { findFolders, type WiresharkFolders } from '../wireshark/folders.js';
import { type FileChange, install, uninstall } from '../wireshark/install.js';
import { PROFILE } from '../wireshark/installedFiles.js';
import { EXIT_OK } from './exitStatus.js';
import { say } from './terminal.js';

const TEXTS: Record<FileChange['change'], (path: string) => string> = {
  installed: (path) => `installed ${path}`,
  upgraded: (path) => `upgraded ${path}`,
  unchanged: (path) => `unchanged ${path}`,
  edited: (path) => `kept ${path}: it was changed after it was installed`,
  removed: (path) => `removed ${path}`,
  missing: (path) => `already gone: ${path}`,
};

/** Installs Wireshark's plugin, profile and interface, and prints each change. Returns the exit status. @throws as install() */
export async function installIntoWireshark(): Promise<number> {
  const changes = install(await foldersOfUser());
  sayChanges(changes);
  if (changes.some(({ change }) => change === 'edited')) {
    say('dropcap: to replace a kept file, remove it and install again');
  }
  say(`dropcap: to use the profile: wireshark -C ${PROFILE} FILE, or tshark -C ${PROFILE} -r FILE`);
  say('dropcap: to capture in Wireshark: the interface "Dropped packets", or tshark -i dropmon');
  return EXIT_OK;
}

/** Removes the plugin, the profile and the interface, and prints each change. Returns the exit status. @throws as uninstall() */
export async function uninstallFromWireshark(): Promise<number> {
  const changes = uninstall(await foldersOfUser());
  sayChanges(changes);
  if (changes.length === 0) say('dropcap: nothing is installed there');
  return EXIT_OK;
}

async function foldersOfUser(): Promise<WiresharkFolders> {
  const folders = await findFolders();
  say(
    `dropcap: Wireshark's folders of ${userName()}: ${folders.plugins}, ${folders.configuration}, ${folders.extcap}`,
  );
  if (!folders.told) {
    say(
      'dropcap: these are the default folders, because there is no tshark to ask (Debian: apt install tshark)',
    );
  }
  const caller = process.env['SUDO_USER'];
  if (process.geteuid?.() === 0 && caller)
    say(`dropcap: for the folders of ${caller}, run this command without sudo`);
  return folders;
}

function sayChanges(changes: readonly FileChange[]): void {
  for (const { change, path } of changes) say(`dropcap: ${TEXTS[change](path)}`);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.geteuid?.()}`; // A user without an entry in the password file.
  }
}
