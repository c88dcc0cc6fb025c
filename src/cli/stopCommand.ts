import { DropMonitor } from '../source/dropMonitor.js';
import { EXIT_OK } from './exitStatus.js';
import { say } from './terminal.js';

/** Turns software's and hardware's monitoring off. Returns the exit status. @throws as DropMonitor does */
export function stopMonitor(): number {
  const monitor = new DropMonitor();
  try {
    monitor.stop('software');
    monitor.stop('hardware');
  } finally {
    monitor.close();
  }
  say('dropcap: the drop monitor is off');
  return EXIT_OK;
}
