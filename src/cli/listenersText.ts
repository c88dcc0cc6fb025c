import type { Listener } from '../host/listeners.js';

const SHOWN = 8;

/** `dwdump (process 612), port 4711 (process not to be seen without root)`. */
export function listenersText(listeners: readonly Listener[]): string {
  const names = listeners.slice(0, SHOWN).map(listenerText);
  const more = listeners.length - names.length;
  return [...names, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** One of them. */
export function listenerText({ process, portId }: Listener): string {
  if (process) return `${process.command} (process ${process.pid})`;
  return `netlink port ${portId} (whose process only root sees)`;
}
