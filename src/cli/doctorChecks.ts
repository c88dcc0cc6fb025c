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
} from './doctorKernel.js';
import { listenersText } from './listenersText.js';

/** All of them; those without which the next make no sense come first. */
export function checksOf(facts: HostFacts): Check[] {
  return [
    kernelCheck(facts),
    configurationCheck(facts),
    moduleCheck(facts),
    namespaceCheck(facts),
    monitorCheck(facts),
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
  const why = 'the drop monitor is one for all programs, and its settings cannot be changed while it is on';
  const others = listeners.length === 0 ? 'nobody listens' : `listening: ${listenersText(listeners)}`;
  if (monitoring === undefined) return { result: 'note', name, text: `cannot be told; ${others}`, why };
  if (!monitoring) return { result: 'ok', name, text: `off; ${others}`, why };
  const mend = listeners.length === 0 ? 'dropcap stop' : 'dropcap --takeover, which sets ours';
  const text = `on already; ${others}`;
  if (config?.alertMode === NET_DM_ALERT_MODE_PACKET)
    return {
      result: 'note',
      name,
      text: `${text}; a capture joins, with the settings that are there`,
      why,
      mend,
    };
  return {
    result: 'fail',
    name,
    text: `${text}; in summary mode, without packets`,
    why,
    mend,
    status: EXIT_FAILED,
  };
}

function symbolsCheck({ symbols: { hidden, kptrRestrict } }: HostFacts): Check {
  const name = 'symbols';
  const text = `${hidden ? 'addresses are hidden' : 'addresses can be read'} (kptr_restrict is ${kptrRestrict ?? 'unknown'})`;
  const why = "without them places of drops are the kernel's own texts, which it cuts at 39 characters";
  if (!hidden) return { result: 'ok', name, text, why };
  const mend = kptrRestrict === 2 ? 'sudo sysctl kernel.kptr_restrict=1' : 'run dropcap as root';
  return { result: 'note', name, text, why, mend };
}

const TRAPS_SHOWN = 4;

function trapChecks({ traps }: HostFacts): Check[] {
  const name = 'hardware';
  const why = "of packets that a switch's hardware drops it sends copies only for traps whose action is trap";
  if (!traps) return [{ result: 'note', name, text: 'devlink cannot be asked for traps', why }];
  if (traps.length === 0) return [{ result: 'ok', name, text: 'no switch with traps here', why }];
  return traps.map((device) => ({ ...trapsText(device), name, why }));
}

function trapsText({ device, names, total }: SilentTraps): Pick<Check, 'result' | 'text' | 'mend'> {
  if (names.length === 0)
    return { result: 'ok', text: `${device}: none of ${total} traps drops without a copy` };
  const more = names.length - TRAPS_SHOWN;
  const shown = [...names.slice(0, TRAPS_SHOWN), ...(more > 0 ? [`${more} more`] : [])].join(', ');
  return {
    result: 'note',
    text: `${device}: ${names.length} of ${total} traps drop without a copy: ${shown}`,
    mend: `sudo devlink trap set ${device} trap ${names[0]} action trap`,
  };
}

function bufferCheck({ receiveBufferLimit, privileges, guard }: HostFacts): Check {
  const name = 'receive buffer';
  const why = 'drops that find it full are lost, and counted as overruns';
  const wanted = defaultReceiveBufferBytes();
  const limit = `net.core.rmem_max is ${receiveBufferLimit ?? 'unknown'}`;
  const forced = (privileges.netAdmin && privileges.firstUserNamespace) || (guard?.capable && guard.mayRun);
  if (forced)
    return { result: 'ok', name, text: `${wanted} bytes (${limit}, which does not bind CAP_NET_ADMIN)`, why };
  if (receiveBufferLimit === undefined || receiveBufferLimit >= wanted)
    return { result: 'ok', name, text: `${wanted} bytes (${limit})`, why };
  const mend = `sudo sysctl net.core.rmem_max=${wanted}`;
  return {
    result: 'note',
    name,
    text: `${limit}, below the ${wanted} bytes that dropcap asks for`,
    why,
    mend,
  };
}

function tsharkCheck({ tshark }: HostFacts): Check {
  const name = 'tshark';
  const why = 'it, or Wireshark, shows what dropcap writes; here or where the file is copied to';
  if (tshark !== undefined) return { result: 'ok', name, text: tshark, why };
  return { result: 'note', name, text: 'not found in PATH', why, mend: 'sudo apt install tshark' };
}
