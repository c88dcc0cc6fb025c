import { execFileSync, spawn } from 'node:child_process';

/**
 * Waits for a line on standard input. Without one, the other end was closed by the end of its process: then restores the terminal.
 * $1 are its settings, $2 is what to write.
 */
const SCRIPT = 'read -r goodbye && exit; stty "$1" <&3; printf %s "$2" >&3';

/** The settings of a terminal, as stty understands them; undefined if there is no stty. */
export function settingsOf(terminal: number): string | undefined {
  try {
    return execFileSync('stty', ['-g'], { stdio: [terminal, 'pipe', 'ignore'], encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/**
 * Starts a process that restores the terminal if this process is killed. Without sh, nothing restores it.
 * @param terminal opened with O_NONBLOCK: the watcher does not wait for it
 * @param settings what the terminal's settings must be: `settingsOf`
 * @param text what the terminal must be sent
 * @returns a function that ends the watcher without restoring
 */
export function startWatcher(terminal: number, settings: string, text: string): () => void {
  const watcher = spawn('sh', ['-c', SCRIPT, 'sh', settings, text], {
    stdio: ['pipe', 'ignore', 'ignore', terminal],
    cwd: '/',
    // A session of its own: signals of the terminal do not reach it, and it may change the terminal from the background.
    detached: true,
  });
  watcher.on('error', () => {});
  watcher.unref();
  const { stdin } = watcher;
  if (!stdin) return () => {};
  stdin.on('error', () => {});
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return () => stdin.end('goodbye\n');
}
