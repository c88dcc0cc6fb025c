import { type Host, THIS_HOST } from '../host/host.js';
import { type MonitorStatus, readStatus } from '../host/monitorStatus.js';
import { DropMonitor } from '../monitor/dropMonitor.js';
import { EXIT_OK } from './exitStatus.js';
import { listenersText } from './listenersText.js';
import { say } from './terminal.js';

/**
 * Turns monitoring of software and hardware drops off. First prints which listeners get no more drops. Returns the exit
 * status.
 * @throws NetlinkError, UnsupportedKernelError as DropMonitor does
 */
export function stopMonitor(host: Host = THIS_HOST): number {
  const status = readStatus(host);
  const { state } = status.module;
  if (state === 'loadable' || state === 'missing') {
    say('dropcap: the drop monitor is not loaded: there is nothing to turn off');
    return EXIT_OK;
  }
  say(`dropcap: ${announcement(status)}`);
  const monitor = new DropMonitor(host.binding);
  try {
    monitor.stop('software');
    monitor.stop('hardware');
  } finally {
    monitor.close();
  }
  say('dropcap: the drop monitor is off');
  return EXIT_OK;
}

function announcement({ monitoring, listeners }: MonitorStatus): string {
  if (monitoring === false) return 'the drop monitor is off already: turning it off changes nothing';
  if (listeners.length === 0) return 'turning the drop monitor off: nobody listens to it';
  return `turning the drop monitor off: these listeners get no more drops: ${listenersText(listeners)}`;
}
