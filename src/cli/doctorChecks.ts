import type { HostFacts } from '../host/hostFacts.js';
import type { SilentTraps } from '../host/silentTraps.js';
import { NET_DM_ALERT_MODE_PACKET } from '../dropmon/constants.js';
import { defaultReceiveBufferBytes } from '../monitor/defaults.js';
import type { Check } from './check.js';
import { EXIT_FAILED } from './exitStatus.js';
import { guardCheck, permissionCheck } from './doctorPermission.js';
import {
  configurationCheck,
  kernelCheck,
  moduleCheck,
  monitorCheck,
  namespaceCheck,
  reasonsCheck,
} from './doctorKernel.js';
import { listenersText } from './listenersText.js';

/** All checks. A check that later checks depend on comes first: the first failure gives the exit status. */
export function checksOf(facts: HostFacts): Check[] {
  return [
    kernelCheck(facts),
    configurationCheck(facts),
    moduleCheck(facts),
    namespaceCheck(facts),
    monitorCheck(facts),
    reasonsCheck(facts),
    permissionCheck(facts),
    ...guardCheck(facts.guard),
    monitoringCheck(facts),
    symbolsCheck(facts),
    ...trapChecks(facts),
    bufferCheck(facts),
    tsharkCheck(facts),
  ];
}

function monitoringCheck({ status: { monitoring, listeners, config } }: HostFacts): Check {
  const name = 'monitoring';
  const why = 'all programs share one drop monitor, and its settings cannot be changed while it is on';
  const others = listeners.length === 0 ? 'nobody listens' : `listening: ${listenersText(listeners)}`;
  if (monitoring === undefined) return { result: 'note', name, text: `unknown; ${others}`, why };
  if (!monitoring) return { result: 'ok', name, text: `off; ${others}`, why };
  const fix = listeners.length === 0 ? 'dropcap stop' : "dropcap --takeover, which uses dropcap's settings";
  const text = `on already; ${others}`;
  if (config?.alertMode === NET_DM_ALERT_MODE_PACKET)
    return {
      result: 'note',
      name,
      text: `${text}; a capture joins and uses the present settings`,
      why,
      fix,
    };
  return {
    result: 'fail',
    name,
    text: `${text}; in summary mode, without packets`,
    why,
    fix,
    status: EXIT_FAILED,
  };
}

function symbolsCheck({ symbols: { hidden, kptrRestrict } }: HostFacts): Check {
  const name = 'symbols';
  const text = `${hidden ? 'addresses are hidden' : 'addresses can be read'} (kptr_restrict is ${kptrRestrict ?? 'unknown'})`;
  const why =
    "without addresses, drop points are the kernel's own texts, which the kernel cuts at 39 characters";
  if (!hidden) return { result: 'ok', name, text, why };
  const fix = kptrRestrict === 2 ? 'sudo sysctl kernel.kptr_restrict=1' : 'run dropcap as root';
  return { result: 'note', name, text, why, fix };
}

const TRAPS_SHOWN = 4;

function trapChecks({ traps }: HostFacts): Check[] {
  const name = 'hardware';
  const why =
    'a switch sends copies of the packets that its hardware drops only for traps whose action is trap';
  if (!traps) return [{ result: 'note', name, text: 'devlink does not list traps', why }];
  if (traps.length === 0) return [{ result: 'ok', name, text: 'this host has no switch with traps', why }];
  return traps.map((device) => ({ ...trapsText(device), name, why }));
}

function trapsText({ device, names, total }: SilentTraps): Pick<Check, 'result' | 'text' | 'fix'> {
  if (names.length === 0)
    return { result: 'ok', text: `${device}: none of ${total} traps drops without a copy` };
  const more = names.length - TRAPS_SHOWN;
  const shown = [...names.slice(0, TRAPS_SHOWN), ...(more > 0 ? [`${more} more`] : [])].join(', ');
  return {
    result: 'note',
    text: `${device}: ${names.length} of ${total} traps drop without a copy: ${shown}`,
    fix: `sudo devlink trap set ${device} trap ${names[0]} action trap`,
  };
}

function bufferCheck({ receiveBufferLimit, privileges, guard }: HostFacts): Check {
  const name = 'receive buffer';
  const why = 'drops are lost while the buffer is full, and counted as overruns';
  const wanted = defaultReceiveBufferBytes();
  const limit = `net.core.rmem_max is ${receiveBufferLimit ?? 'unknown'}`;
  const forced =
    (!privileges.permission.missing.includes('CAP_NET_ADMIN') && privileges.firstUserNamespace) ||
    (guard?.capable && guard.mayRun);
  if (forced)
    return {
      result: 'ok',
      name,
      text: `${wanted} bytes (${limit}, which does not limit CAP_NET_ADMIN)`,
      why,
    };
  if (receiveBufferLimit === undefined || receiveBufferLimit >= wanted)
    return { result: 'ok', name, text: `${wanted} bytes (${limit})`, why };
  const fix = `sudo sysctl net.core.rmem_max=${wanted}`;
  return {
    result: 'note',
    name,
    text: `${limit}, below the ${wanted} bytes that dropcap asks for`,
    why,
    fix,
  };
}

function tsharkCheck({ tshark }: HostFacts): Check {
  const name = 'tshark';
  const why = 'tshark or Wireshark shows the capture files, on this host or on another one';
  if (tshark !== undefined) return { result: 'ok', name, text: tshark, why };
  return { result: 'note', name, text: 'not found in PATH', why, fix: 'sudo apt install tshark' };
}
