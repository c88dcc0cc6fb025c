import { UsageError } from '../errors.js';
import type { CliOptions } from './options.js';

/** The options about the running kernel. */
type MonitorOptions = Pick<CliOptions, 'bufferSize' | 'queueLength' | 'passive' | 'takeover'>;

/**
 * @param read the file of -r; undefined: drops come from the kernel
 * @throws UsageError for options that contradict one another
 */
export function checkMonitorOptions(options: MonitorOptions, read: string | undefined): void {
  if (options.passive && options.queueLength !== undefined)
    throw new UsageError('--passive changes no setting of the monitor: it does not go with --queue-length');
  if (read === undefined) return;
  for (const [name, value] of [
    ['-B', options.bufferSize],
    ['--queue-length', options.queueLength],
    ['--passive', options.passive],
    ['--takeover', options.takeover],
  ])
    if (value !== undefined) throw new UsageError(`${name} goes with capturing from the kernel, not with -r`);
}

/** What a capture does when another program monitors already. */
export function whenMonitored({ passive, takeover }: MonitorOptions): 'join' | 'passive' | 'takeover' {
  if (passive) return 'passive';
  return takeover ? 'takeover' : 'join';
}
