import type { DatagramBinding } from '../binding/contract.js';
import { loadBinding } from '../binding/load.js';
import { describeFileError, errnoOf } from '../errors.js';
import { say } from './terminal.js';

const EAGAIN = 11;
/** Time until a message is sent again for which the service manager had no room. */
const RETRY_MS = 200;
/** Shortest time between two texts of the status. */
const STATUS_MS = 5000;
/** The longest time of a timer in Node. */
const MAX_TIMER_MS = 2_147_483_647;

/**
 * Reports to the service manager that started this process, by the protocol of sd_notify(3). Never waits. While the
 * service manager has no room, keeps the last value of each variable, and sends it later.
 */
export class ServiceManager {
  readonly #address: string;
  readonly #watchdogMs: number | undefined;
  readonly #binding: () => DatagramBinding;
  readonly #unsent = new Map<string, string>();
  #unreachable = false;
  #stopping = false;
  #status = () => '';
  #sentStatus = '';
  #statusTimer: NodeJS.Timeout | undefined;
  #watchdogTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;

  /**
   * @param address a path, or `@NAME`
   * @param watchdogMs the longest time between two signs of life; undefined: none are expected
   * @param binding gives the addon, or throws
   */
  constructor(address: string, watchdogMs: number | undefined, binding: () => DatagramBinding) {
    this.#address = address;
    this.#watchdogMs = watchdogMs;
    this.#binding = binding;
  }

  /** Reports that the capture runs. From then on, gives signs of life twice in the time of the watchdog. */
  ready(status: string): void {
    this.#report({ READY: '1', STATUS: status });
    if (this.#watchdogMs === undefined) return;
    const period = Math.min(Math.max(Math.floor(this.#watchdogMs / 2), 1), MAX_TIMER_MS);
    this.#watchdogTimer = setInterval(() => this.#report({ WATCHDOG: '1' }), period).unref();
  }

  /** Reports the status within STATUS_MS, as it is then, unless it is the last one. A later call replaces the text. */
  update(status: () => string): void {
    this.#status = status;
    this.#statusTimer ??= setTimeout(() => {
      this.#statusTimer = undefined;
      const text = this.#status();
      if (text !== this.#sentStatus) this.#report({ STATUS: text });
      this.#sentStatus = text;
    }, STATUS_MS).unref();
  }

  /** Reports that the process ends. May be called twice. */
  stopping(): void {
    if (!this.#stopping) this.#report({ STOPPING: '1' });
    this.#stopping = true;
  }

  /** Reports that the process ends, and ends the timers. May be called twice. */
  close(): void {
    this.stopping();
    clearInterval(this.#watchdogTimer);
    clearTimeout(this.#statusTimer);
    clearTimeout(this.#retryTimer);
  }

  #report(variables: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(variables)) this.#unsent.set(name, value);
    this.#send();
  }

  #send(): void {
    if (this.#unreachable) return;
    // One line for each variable: a line feed in a value would begin another one.
    const lines = [...this.#unsent].map(([name, value]) => `${name}=${value.replaceAll('\n', ' ')}`);
    try {
      this.#binding().sendDatagram(this.#address, Buffer.from(lines.join('\n')));
      this.#unsent.clear();
    } catch (error) {
      if (errnoOf(error) === EAGAIN) {
        this.#retryTimer ??= setTimeout(() => {
          this.#retryTimer = undefined;
          this.#send();
        }, RETRY_MS).unref();
        return;
      }
      this.#unreachable = true;
      say(`dropcap: cannot notify the service manager at ${this.#address}: ${describeFileError(error)}`);
    }
  }
}

/**
 * The service manager that started this process; undefined without one, and for sockets that are not AF_UNIX. Removes its
 * variables from the environment: programs that dropcap starts must not report in dropcap's name.
 */
export function openServiceManager(
  env: NodeJS.ProcessEnv = process.env,
  binding: () => DatagramBinding = loadBinding,
): ServiceManager | undefined {
  const { NOTIFY_SOCKET: address, WATCHDOG_PID: pid, WATCHDOG_USEC: time = '' } = env;
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_PID', 'WATCHDOG_USEC']) delete env[name];
  if (address === undefined || !/^[/@]./.test(address)) return undefined;
  // sd_watchdog_enabled(3): another PID means that the variable was inherited.
  const isWatched = /^[1-9]\d*$/.test(time) && (pid === undefined || pid === String(process.pid));
  return new ServiceManager(address, isWatched ? Number(time) / 1000 : undefined, binding);
}
