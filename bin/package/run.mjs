import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Version of dropcap. @type {string} */
export const VERSION = JSON.parse(readFileSync('package.json', 'utf8')).version;

/**
 * Runs a program, with its output on standard error. @throws Error with the command when the program fails or is missing
 * @param {string} command @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 */
export function run(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2], ...options });
  if (status === 0) return;
  const reason = error?.message ?? (signal === null ? `status ${status}` : `ended by ${signal}`);
  throw new Error(
    `${command} ${args.join(' ')}: ${reason} (docs/installing.md names the packages that are needed)`,
  );
}

/** The date of all files in the packages, in seconds since 1970. */
export function epoch() {
  const text = process.env['SOURCE_DATE_EPOCH'] ?? '';
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new Error(`SOURCE_DATE_EPOCH is not a number of seconds: ${text}`);
}

/** A processor, as Node calls it. @typedef {'x64' | 'arm64'} Arch */

/** What others call a processor. @type {Readonly<Record<Arch, { triplet: string, debian: string, rpm: string }>>} */
export const NAMES = {
  x64: { triplet: 'x86_64-linux-gnu', debian: 'amd64', rpm: 'x86_64' },
  arm64: { triplet: 'aarch64-linux-gnu', debian: 'arm64', rpm: 'aarch64' },
};
