import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './run.mjs';

const HOME = 'usr/lib/dropcap';

/**
 * Lays out a package of the system below `root`: the tree in /usr/lib/dropcap, and what other programs look for elsewhere. The
 * package's script makes the code of V8 when it is installed: so that code stays out.
 * @param {string} tree @param {string} root
 */
export function layOut(tree, root) {
  const home = join(root, HOME);
  cpSync(tree, home, { recursive: true, filter: (path) => !path.endsWith('.code') });
  cpSync('bin/compile.js', join(home, 'bin/compile.js'));
  chmodSync(join(home, 'bin/compile.js'), 0o644);
  for (const name of ['dropcap.js', 'dropmon.js']) withoutNode(join(home, 'bin', name));
  const manual = join(root, 'usr/share/man/man1/dropcap.1');
  move(join(home, 'share/man/man1/dropcap.1'), manual);
  run('gzip', ['-9n', manual]);
  move(join(home, 'share/bash-completion'), join(root, 'usr/share/bash-completion'));
  move(join(home, 'share/fish'), join(root, 'usr/share/fish'));
  move(join(home, 'share/zsh'), join(root, 'usr/share/zsh'));
  rmSync(join(home, 'share'), { recursive: true });
  const sample = readFileSync(join(home, 'samples/systemd/dropcap.service'), 'utf8');
  put(join(root, 'usr/lib/systemd/system/dropcap.service'), unit(sample));
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  symlinkSync('../lib/dropcap/bin/dropcap', join(root, 'usr/bin/dropcap'));
}

/**
 * The unit for packages. systemd refuses a dynamic user with the name of a group that exists, and only members of the group
 * dropcap can run the guard. @param {string} text
 */
export function unit(text) {
  const dynamic = 'DynamicUser=yes\n';
  const start = 'ExecStart=dropcap ';
  for (const line of [dynamic, start])
    if (!text.includes(line)) throw new Error(`the systemd unit has no ${line}`);
  return text
    .replace(dynamic, `${dynamic}User=dropcap-service\nSupplementaryGroups=dropcap\n`)
    .replace(start, 'ExecStart=/usr/bin/dropcap ');
}

/** All files and links below a folder, with absolute paths as they are when installed. @param {string} root @returns {string[]} */
export function installedFiles(root) {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join('/', join(entry.parentPath, entry.name).slice(join(root).length)))
    .toSorted();
}

/** The package's Node runs this file: it names no other, and is no program. @param {string} path */
function withoutNode(path) {
  put(path, readFileSync(path, 'utf8').replace(/^#!.*\n/, ''));
}

/** Writes a file, and the folders that it is in. @param {string} path @param {string} content @param {number} [mode] */
export function put(path, content, mode = 0o644) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}

/** @param {string} from @param {string} to */
export function move(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true });
  rmSync(from, { recursive: true });
}
