import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds on a processor of all threads of a process. @param {number | undefined} pid */
export function cpuMs(pid) {
  const ns = readdirSync(`/proc/${pid}/task`).map((id) => {
    return Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]);
  });
  return ns.reduce((sum, one) => sum + one, 0) / 1e6;
}
