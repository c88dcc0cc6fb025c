import { execFileSync, spawn, type StdioOptions } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Waits for a line on standard input. Without one, the other end was closed by the end of its process: then restores the terminal.
 * $1 is what to write, $2 are the settings.
 */
const SCRIPT = 'read -r goodbye && exit; printf %s "$1" >&3; stty "$2" <&3';

/**
 * The settings of the terminal that controls this process, as stty understands them; undefined if there is no stty. stty opens the
 * terminal itself: Node would set standard input to blocking, for this process, too.
 */
export function terminalSettings(): string | undefined {
  const stdio: StdioOptions = ['ignore', 'pipe', 'ignore'];
  try {
    return execFileSync('stty', ['-F', '/dev/tty', '-g'], { stdio, encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/**
 * Starts a process that restores the terminal if this process is killed. Without sh, nothing restores it.
 * @param terminal opened with O_NONBLOCK: the watcher does not wait for it
 * @param text what the terminal must be sent
 * @param settings what the terminal's settings must be: `settingsOf`
 * @returns a function that ends the watcher without restoring
 */
export function startWatcher(terminal: number, text: string, settings: string): () => void {
  const watcher = spawn('sh', ['-c', SCRIPT, 'sh', text, settings], {
    stdio: ['pipe', 'ignore', 'ignore', terminal],
    cwd: '/',
    // A session of its own: signals of the terminal do not reach it, and it may change the terminal from the background.
    detached: true,
  });
  const stdin = watcher.stdin as Socket;
  for (const part of [watcher, stdin]) {
    part.on('error', () => {}); // It did not start, or was killed.
    part.unref();
  }
  return () => stdin.end('goodbye\n');
}
