import { NET_DM_ALERT_MODE_PACKET } from '../dropmon/constants.js';
import { type Host, THIS_HOST } from '../host/host.js';
import { type MonitorStatus, readStatus } from '../host/monitorStatus.js';
import { EXIT_OK } from './exitStatus.js';
import { listenerText } from './listenersText.js';
import { print, printJson } from './terminal.js';

const MODULE_TEXTS: Record<MonitorStatus['module']['state'], string> = {
  loaded: 'loaded',
  builtIn: 'built in',
  loadable: 'not loaded (a capture loads it)',
  missing: 'missing (see: dropcap doctor)',
  unknown: 'probably not loaded: this host does not show it',
};

/** Prints the state, the settings and the listeners of the drop monitor to standard output. Returns the exit status. */
export function showStatus(json: boolean, host: Host = THIS_HOST): number {
  const status = readStatus(host);
  if (json) printJson(asJson(status));
  else for (const [name, text] of statusLines(status)) print(`${`${name}:`.padEnd(14)}${text}`);
  return EXIT_OK;
}

function statusLines(status: MonitorStatus): [string, string][] {
  const { module, config, stats, failure, listeners } = status;
  const lines: [string, string][] = [
    ['module', MODULE_TEXTS[module.state]],
    ['monitoring', monitoringText(status)],
  ];
  if (config && stats) {
    const bytes = config.truncationLength;
    lines.push(
      ['mode', modeOf(config.alertMode)],
      ['truncation', bytes === 0 ? 'none' : `${bytes} bytes of a packet`],
      ['queue length', `${config.queueLength} packets a processor`],
      [
        'queue drops',
        `${stats.softwareDropped} software, ${stats.hardwareDropped} hardware (since the module was loaded)`,
      ],
    );
  }
  if (failure) lines.push(['not asked', failure.message]);
  if (listeners.length === 0) lines.push(['listeners', 'none']);
  for (const listener of listeners)
    lines.push(['listener', `${listenerText(listener)}, ${listener.overruns} overruns`]);
  return lines;
}

function monitoringText({ monitoring, module, listeners }: MonitorStatus): string {
  if (monitoring === undefined) return 'unknown: only root can ask';
  if (!monitoring) return 'off';
  const both = (module.references ?? 0) > 1 ? 'on, software and hardware' : 'on';
  return listeners.length === 0 ? `${both}; nobody listens (to turn it off: dropcap stop)` : both;
}

function modeOf(alertMode: number): string {
  return alertMode === NET_DM_ALERT_MODE_PACKET ? 'packet' : 'summary';
}

function asJson({ module, monitoring, config, stats, failure, listeners }: MonitorStatus): object {
  return {
    module: module.state,
    monitoring: monitoring ?? null,
    mode: config ? modeOf(config.alertMode) : null,
    truncationLength: config?.truncationLength ?? null,
    queueLength: config?.queueLength ?? null,
    queueDrops: stats
      ? { software: Number(stats.softwareDropped), hardware: Number(stats.hardwareDropped) }
      : null,
    failure: failure?.message ?? null,
    listeners: listeners.map(({ portId, overruns, process }) => ({
      portId,
      overruns,
      pid: process?.pid ?? null,
      command: process?.command ?? null,
    })),
  };
}
