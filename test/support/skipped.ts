import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The variable that names the file in which all processes of a test run note what is missing. */
const FILE = 'DROPCAP_TEST_MISSING';

/** Notes that tests are skipped because programs or libraries are missing. */
export function noteMissing(names: readonly string[]): void {
  const path = process.env[FILE];
  if (path !== undefined) appendFileSync(path, names.map((name) => `${name}\n`).join(''));
}

/** What is missing, in one line. */
export function skippedText(notes: string): string {
  const names = [...new Set(notes.split('\n').filter((name) => name !== ''))].toSorted();
  if (names.length === 0) return '';
  return `Tests were skipped, because these are missing: ${names.join(', ')} (Debian: sudo apt install tshark tcpdump lua5.2 lua5.3 lua5.4 zstd xz-utils lz4 libpcap0.8 tmux)\n`;
}

/** vitest calls this before all tests, and the returned function after them. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'dropcap-missing-'));
  const path = join(folder, 'names');
  appendFileSync(path, '');
  process.env[FILE] = path;
  return () => {
    process.stderr.write(skippedText(readFileSync(path, 'utf8')));
    rmSync(folder, { recursive: true });
  };
}
