import type { Listener } from '../host/listeners.js';

const SHOWN = 8;

/** The first listeners in one line: `dwdump (process 612), netlink port 4711 (only root sees its process)`. */
export function listenersText(listeners: readonly Listener[]): string {
  const names = listeners.slice(0, SHOWN).map(listenerText);
  const more = listeners.length - names.length;
  return [...names, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** One listener. */
export function listenerText({ process, portId }: Listener): string {
  if (process) return `${process.command} (process ${process.pid})`;
  return `netlink port ${portId} (only root sees its process)`;
}
