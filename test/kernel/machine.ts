import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { type CapturedDrop, capturedDrops } from './judges.js';

const project = fileURLToPath(new URL('../..', import.meta.url));
/** Exit status of test/vm/run when the machine did not run the command. */
const NOT_STARTED = 125;

/** The files that the steps of a script wrote. */
export interface Guest {
  path(name: string): string;
  text(name: string): string;
  /** Exit status of a step. */
  status(step: string): number;
  exists(name: string): boolean;
  drops(name: string): CapturedDrop[];
}

/** Before the tests of this suite, runs steps of guest.sh: see `machineOf`. */
export function machine(kernel: string, steps: readonly string[], ...options: string[]): Guest {
  return machineOf('guest.sh', kernel, steps, ...options);
}

/**
 * Before the tests of this suite, runs steps of a script as root on a real kernel in a virtual machine. If the machine
 * fails (one boot in a hundred, under emulation), starts it a second time. Does not repeat a failed step.
 */
export function machineOf(
  script: string,
  kernel: string,
  steps: readonly string[],
  ...options: string[]
): Guest {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync('/var/tmp/dropcap-kernel-');
    const args = [
      '-k',
      kernel,
      '-t',
      '560',
      '-s',
      folder,
      ...options,
      '--',
      `test/kernel/${script}`,
      folder,
      ...steps,
    ];
    let ran = await runMachine(args);
    if (ran.status === NOT_STARTED) ran = await runMachine(args);
    if (ran.status !== 0)
      throw new Error(`the machine with ${kernel} ended with ${ran.status}: ${ran.output}`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  const text = (name: string) => readFileSync(path(name), 'utf8');
  return {
    path,
    text,
    status: (step) => Number(text(`${step}.status`)),
    exists: (name) => existsSync(path(name)),
    drops: (name) => capturedDrops(path(name)),
  };
}

async function runMachine(args: readonly string[]): Promise<{ status: number; output: string }> {
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  const child = spawn(join(project, 'test/vm/run'), args, { cwd: project, stdio });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (output += data.toString()));
  const status = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
  return { status, output };
}
