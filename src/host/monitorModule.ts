import { existsSync } from 'node:fs';
import { type HostFiles, readNumber, readText } from './files.js';
import { readKernelOption } from './kernelOption.js';

/** Whether the kernel has its drop monitor. Read from files: a request for the family would load the module. */
export interface MonitorModule {
  /**
   * `loadable`: not loaded, and in the kernel's folder of modules; `missing`: neither built in nor in that folder;
   * `unknown`: the files to decide are missing.
   */
  readonly state: 'loaded' | 'builtIn' | 'loadable' | 'missing' | 'unknown';
  /**
   * References to a loaded module. The kernel holds one while it monitors software's drops, and one while it monitors
   * hardware's, from START to STOP (net_dm_trace_on_set() and net_dm_hw_monitor_start() of net/core/drop_monitor.c).
   * Undefined when the drop monitor is not a loaded module.
   */
  readonly references: number | undefined;
}

const NAME = 'drop_monitor';
const FILE = /(^|\/)drop_monitor\.ko/m;

/** @param release release of the running kernel, as `uname -r` prints it. */
export function readMonitorModule(files: HostFiles, release: string): MonitorModule {
  const folder = `${files.sys}/module/${NAME}`;
  const list = readText(`${files.proc}/modules`);
  const line = list?.split('\n').find((text) => text.startsWith(`${NAME} `));
  if (line !== undefined || existsSync(`${folder}/initstate`)) {
    // `drop_monitor 32768 0 - Live 0x0...`. Kernels that cannot unload modules print `-` as the third word, the references.
    const listed = /^\S+ \d+ (\d+) /.exec(line ?? '')?.[1];
    return {
      state: 'loaded',
      references: readNumber(`${folder}/refcnt`) ?? (listed === undefined ? undefined : Number(listed)),
    };
  }
  return { state: withoutModule(files, release, list !== undefined), references: undefined };
}

function withoutModule(files: HostFiles, release: string, takesModules: boolean): MonitorModule['state'] {
  const folder = `${files.modules}/${release}`;
  const option = readKernelOption(files, release, 'CONFIG_NET_DROP_MONITOR')?.value;
  if (option === 'y' || FILE.test(readText(`${folder}/modules.builtin`) ?? '')) return 'builtIn';
  if (option === 'n') return 'missing';
  const known = readText(`${folder}/modules.dep`);
  if (known === undefined) return 'unknown';
  return takesModules && FILE.test(known) ? 'loadable' : 'missing';
}
