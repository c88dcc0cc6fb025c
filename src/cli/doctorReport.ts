import type { NativePart } from '../binding/parts.js';
import { NET_DM_ALERT_MODE_PACKET } from '../dropmon/constants.js';
import { type DropcapError, describeErrno, NetlinkError, UnsupportedKernelError } from '../errors.js';
import type { HostFacts } from '../host/hostFacts.js';
import { publicRelease } from '../host/publicRelease.js';
import type { SystemFacts } from '../host/systemFacts.js';
import { type Diagnosis, failuresOf } from './diagnosis.js';
import type { ProgramFacts } from './programFacts.js';
import { commitText, libpcapText, originText } from './versionText.js';

const UNKNOWN = 'not known';
/** Programs that listen for drops. A process can choose its name, so other names are left out. */
const KNOWN_LISTENERS = ['dropcap', 'dwdump', 'dropwatch'];
const MIB = 1 << 20;

/**
 * Everything that a bug report needs, without names of the host, users, interfaces, devices, processes and files, and without
 * addresses. So each value is a number, a version, or a word of dropcap's own: never a text of the host or the kernel, and
 * never a check's text.
 */
export function reportLines(diagnosis: Diagnosis, program: ProgramFacts, system: SystemFacts): string[] {
  const failed = failuresOf(diagnosis).map(({ name }) => name);
  return [
    ...programLines(program),
    ...systemLines(system),
    ...monitorLines(diagnosis.facts),
    ...accessLines(diagnosis.facts),
    ...diagnosis.checks.map(({ result, name }) => `check ${name}: ${result}`),
    failed.length === 0 ? 'a capture would work' : `a capture would not work: ${failed.join(', ')}`,
  ];
}

function programLines(program: ProgramFacts): string[] {
  const { parts, libpcap } = program;
  const origin = {
    ...parts,
    node: parts.node && numbersOf(parts.node),
    version: parts.version && numbersOf(parts.version),
  };
  return [
    `dropcap ${program.version}`,
    `commit: ${commitText(program.commit)}`,
    `node: ${numbersOf(program.node)} (${program.arch})`,
    `libpcap: ${libpcap === null ? libpcapText(program) : numbersOf(libpcap)}`,
    `addon: ${partText(parts.addon) ?? originText(origin)}`,
    `guard: ${partText(parts.guard) ?? 'found'}`,
    `keeper: ${partText(parts.keeper) ?? 'found'}`,
  ];
}

/** The numbers of a version: who builds Node or libpcap can choose the rest of the text. */
function numbersOf(text: string): string {
  return /v?\d{1,3}(\.\d{1,3}){1,2}(?![\d.])/.exec(text)?.[0] ?? UNKNOWN;
}

/** Why a part cannot be used, in words of our own: the loader's texts name paths. */
function partText({ state, problem }: NativePart): string | undefined {
  if (state === 'usable') return undefined;
  if (state === 'missing') return 'missing';
  const text = problem ?? '';
  const library = /\b(GLIBC|GLIBCXX|CXXABI)_\d{1,2}\.\d{1,2}(\.\d{1,2})?' not found/.exec(text)?.[0];
  if (library !== undefined) return `cannot be loaded: ${library.replace("'", '')}`;
  if (text.includes('another version of dropcap')) return 'built for another version of dropcap';
  if (/ELF|file too short/.test(text)) return 'cannot be loaded: not a library for this processor';
  return 'cannot be loaded';
}

function systemLines(system: SystemFacts): string[] {
  const { processors, memoryBytes, container, variables } = system;
  return [
    `distribution: ${system.distribution ?? 'not one that dropcap knows'}`,
    `glibc: ${system.glibc ?? UNKNOWN}`,
    `processors: ${processors}, memory: ${Math.round(memoryBytes / MIB)} MiB`,
    `container: ${container ?? 'none seen'}`,
    `tshark: ${system.tshark ?? 'not found'}`,
    `variables that are set: ${variables.join(', ') || 'none'}`,
  ];
}

function monitorLines({ release, option, status, reasons }: HostFacts): string[] {
  const { module, monitoring, config, stats, failure, listeners } = status;
  const settings =
    config &&
    `mode ${config.alertMode === NET_DM_ALERT_MODE_PACKET ? 'packet' : 'summary'}, ` +
      `truncation ${config.truncationLength}, queue length ${config.queueLength}`;
  const overruns = listeners.reduce((sum, listener) => sum + listener.overruns, 0);
  return [
    `kernel: Linux ${publicRelease(release)}`,
    `CONFIG_NET_DROP_MONITOR: ${option?.value ?? UNKNOWN}`,
    `module: ${module.state}`,
    `drop reasons: ${reasons ? `${reasons.gives ? 'yes' : 'no'}, by ${reasons.by}` : UNKNOWN}`,
    `monitoring: ${monitoring === undefined ? UNKNOWN : monitoring ? 'on' : 'off'}`,
    `settings: ${settings ?? UNKNOWN}`,
    `queue drops: ${stats ? `${stats.softwareDropped} software, ${stats.hardwareDropped} hardware` : UNKNOWN}`,
    `drop monitor's answer: ${failure ? failureText(failure) : 'as expected'}`,
    `listeners: ${listeners.length}${listenerNames(listeners)}, ${overruns} overruns`,
  ];
}

function failureText(failure: DropcapError): string {
  if (failure instanceof NetlinkError) return `${failure.code}, ${describeErrno(failure.errno)}`;
  if (failure instanceof UnsupportedKernelError)
    return `${failure.code}, ${failure.feature} needs Linux ${failure.minimumVersion}`;
  return failure.code;
}

function listenerNames(listeners: HostFacts['status']['listeners']): string {
  if (listeners.length === 0) return '';
  const names = listeners.map(({ process }) => {
    if (!process) return 'unseen';
    return KNOWN_LISTENERS.includes(process.command) ? process.command : 'another program';
  });
  return ` (${names.toSorted().join(', ')})`;
}

function accessLines({ privileges, guard, symbols, traps, receiveBufferLimit }: HostFacts): string[] {
  const { permission, firstUserNamespace, firstNetworkNamespace } = privileges;
  const guardFacts =
    guard &&
    `${guard.capable === undefined ? 'capabilities not known' : guard.capable ? 'has capabilities' : 'has no capabilities'}, ` +
      (guard.mayRun ? 'this user may run it' : 'this user may not run it');
  const silent = (traps ?? []).reduce((sum, { names }) => sum + names.length, 0);
  const total = (traps ?? []).reduce((sum, device) => sum + device.total, 0);
  return [
    `user: ${permission.root ? 'root' : 'not root'}, missing: ${permission.missing.join(', ') || 'nothing'}`,
    `user namespace: ${firstUserNamespace ? 'the first' : 'not the first'}`,
    `network namespace: ${firstNetworkNamespace === undefined ? UNKNOWN : firstNetworkNamespace ? 'the first' : 'not the first'}`,
    `guard's file: ${guardFacts ?? 'missing'}`,
    `symbols: ${symbols.hidden ? 'hidden' : 'can be read'}, kptr_restrict ${symbols.kptrRestrict ?? UNKNOWN}`,
    `devices with traps: ${traps ? `${traps.length}, ${silent} of ${total} traps silent` : UNKNOWN}`,
    `net.core.rmem_max: ${receiveBufferLimit ?? UNKNOWN}`,
  ];
}
