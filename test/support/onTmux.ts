import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, constants, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { vi } from 'vitest';
import type { Command } from './onScreen.js';

const DRIVER = fileURLToPath(new URL('onScreen.ts', import.meta.url));
/** For a busy machine. */
export const WAIT: { readonly timeout: number } = { timeout: 25_000 };

/** Bundles the program that runs on the terminals: Node 20 does not run TypeScript. Returns its path. */
export function bundleDriver(folder: string): string {
  const outfile = join(folder, 'onScreen.mjs');
  buildSync({ entryPoints: [DRIVER], bundle: true, platform: 'node', format: 'esm', outfile });
  return outfile;
}

let terminals = 0;

/** A terminal of tmux with an interactive shell, and the program of onScreen.ts. */
export class TmuxTerminal {
  readonly name = `t${++terminals}`;
  /** A command of the shell that runs the program. */
  readonly program: string;
  readonly #folder: string;
  readonly #log: string;
  readonly #input: number;

  /**
   * @param driver the program: `bundleDriver`. tmux's server has its socket in the same folder
   * @param env variables of the shell, besides PATH
   */
  constructor(driver: string, env: Readonly<Record<string, string>> = {}) {
    this.#folder = dirname(driver);
    this.#log = join(this.#folder, `${this.name}.log`);
    const fifo = join(this.#folder, `${this.name}.in`);
    execFileSync('mkfifo', [fifo]);
    this.#input = openSync(fifo, constants.O_RDWR);
    this.program = `${process.execPath} ${driver} ${this.#log} < ${fifo}`;
    const all = { TERM: 'xterm-256color', PATH: process.env['PATH'], PS1: '$ ', ...env };
    const variables = Object.entries(all).map(([name, value]) => `${name}=${value}`);
    const shell = ['env', '-i', ...variables, 'bash', '--norc', '--noprofile'];
    this.#tmux('new-session', '-d', '-s', this.name, '-x', '80', '-y', '24', '-c', this.#folder, ...shell);
  }

  /** Runs lines of sh in the shell, as a script. */
  runScript(lines: readonly string[]): void {
    const path = join(this.#folder, `${this.name}.sh`);
    writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
    this.type(`sh ${path}\n`);
  }

  /** Starts the program, and waits until it has the screen. */
  async start(command: string = this.program): Promise<void> {
    this.type(`${command}\n`);
    await this.opened();
  }

  /** Waits until the program has the screen. */
  async opened(): Promise<void> {
    await this.#until(() => assert.equal(this.events('pid').length, 1));
  }

  /** Types text. */
  type(text: string): void {
    this.#tmux('send-keys', '-t', this.name, '-l', text);
  }

  /** Presses keys, by tmux's names. */
  press(...keys: string[]): void {
    this.#tmux('send-keys', '-t', this.name, ...keys);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-t', this.name, '-x', String(columns), '-y', String(rows));
  }

  /** Ends the terminal. */
  hangUp(): void {
    this.#tmux('kill-session', '-t', this.name);
  }

  /** Gives the program a command. */
  send(command: Command): void {
    writeSync(this.#input, `${JSON.stringify(command)}\n`);
  }

  /** Gives the program a command, and waits until the program obeyed. */
  async ask(command: Command): Promise<void> {
    const before = this.events('did').length;
    this.send(command);
    await this.#until(() => assert.equal(this.events('did').length, before + 1));
  }

  /** What the program noted of a kind. */
  events(kind: string): unknown[][] {
    if (!existsSync(this.#log)) return [];
    const lines = readFileSync(this.#log, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as unknown[]).filter(([name]) => name === kind);
  }

  /** Waits until the program noted events of a kind. */
  async noted(kind: string, ...events: unknown[][]): Promise<void> {
    const noted = () => this.events(kind).map(([, ...event]) => event);
    await this.#until(() => assert.deepEqual(noted(), events));
  }

  /** The process id of the program. */
  get pid(): number {
    return Number(this.events('pid')[0]![1]);
  }

  /** The lines on the screen, without empty ones at its end. */
  lines(...options: string[]): string[] {
    return this.#tmux('capture-pane', '-p', '-t', this.name, ...options)
      .trimEnd()
      .split('\n');
  }

  /** Waits until the screen has exactly these lines. */
  async shows(...lines: string[]): Promise<void> {
    await this.#until(() => assert.deepEqual(this.lines(), lines));
  }

  /** Waits until these are among the lines of the screen. */
  async showsAmong(...lines: string[]): Promise<void> {
    await this.#until(() => {
      const shown = this.lines();
      assert.ok(
        lines.every((line) => shown.includes(line)),
        shown.join('\n'),
      );
    });
  }

  /** Waits until the shell says that its job stopped. */
  async showsStopped(): Promise<void> {
    await this.#until(() => assert.match(this.lines().join('\n'), /^\[1\]\+ {2}Stopped /m));
  }

  /** Waits until the terminal has the state. */
  async is(state: 'taken' | 'given back'): Promise<void> {
    const taken = state === 'taken';
    await this.#until(() => {
      const { alternate, cursorShown } = this.facts();
      assert.deepEqual([alternate, cursorShown || taken], [taken, true]);
    });
  }

  /** What tmux knows of the terminal. */
  facts(): { alternate: boolean; cursorShown: boolean; cursor: string } {
    const format = '#{alternate_on} #{cursor_flag} #{cursor_x},#{cursor_y}';
    const [alternate, shown, cursor = ''] = this.#tmux('display', '-p', '-t', this.name, format)
      .trim()
      .split(' ');
    return { alternate: alternate === '1', cursorShown: shown === '1', cursor };
  }

  /** The process id of tmux, which reads what is written to the terminal. */
  serverPid(): number {
    return Number(this.#tmux('display', '-p', '#{pid}'));
  }

  async #until(check: () => void): Promise<void> {
    await vi.waitFor(check, WAIT);
  }

  #tmux(...args: string[]): string {
    const words = ['-u', '-f', '/dev/null', '-S', join(this.#folder, 'tmux'), ...args];
    return execFileSync('tmux', words, { encoding: 'utf8', env: { ...process.env, TMUX: '' } });
  }
}

/** Ends tmux's server. */
export function endTmux(driver: string): void {
  try {
    execFileSync('tmux', ['-S', join(dirname(driver), 'tmux'), 'kill-server'], { stdio: 'ignore' });
  } catch {
    // It ends with its last terminal.
  }
}
