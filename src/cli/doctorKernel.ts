import { BindingError } from '../errors.js';
import type { HostFacts } from '../host/hostFacts.js';
import type { Check } from './check.js';
import { EXIT_FAILED, EXIT_UNSUPPORTED_KERNEL } from './exitStatus.js';

const OTHER_KERNEL = "install the kernel's full module package, or a kernel with CONFIG_NET_DROP_MONITOR";

/** Whether the kernel is new enough. */
export function kernelCheck({ release }: HostFacts): Check {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  const enough = Number(major) > 5 || (Number(major) === 5 && Number(minor) >= 4);
  const rest = {
    name: 'kernel',
    text: `Linux ${release}`,
    why: 'the drop monitor shows packets from Linux 5.4 on',
  };
  if (enough) return { result: 'ok', ...rest };
  return { result: 'fail', ...rest, fix: 'boot a newer kernel', status: EXIT_UNSUPPORTED_KERNEL };
}

/** Whether the kernel was built with a drop monitor. */
export function configurationCheck({ option, release, status }: HostFacts): Check {
  const name = 'configuration';
  const why = 'CONFIG_NET_DROP_MONITOR builds the drop monitor, into the kernel (y) or as a module (m)';
  if (!option) {
    const text = `not found (/proc/config.gz, /boot/config-${release}, /lib/modules/${release}/config)`;
    return { result: status.config ? 'ok' : 'note', name, text, why };
  }
  if (option.value !== 'n' || status.config) {
    return { result: 'ok', name, text: `CONFIG_NET_DROP_MONITOR=${option.value} (${option.path})`, why };
  }
  const text = `CONFIG_NET_DROP_MONITOR is not set (${option.path})`;
  return { result: 'fail', name, text, why, fix: OTHER_KERNEL, status: EXIT_UNSUPPORTED_KERNEL };
}

/** Whether the drop monitor is in the kernel. Call after a request to the monitor: the request loads the module. */
export function moduleCheck({ status, release }: HostFacts): Check {
  const name = 'module';
  const why = 'drop_monitor is the part of the kernel that reports drops; the first request loads the module';
  const { state } = status.module;
  if (state === 'loaded') return { result: 'ok', name, text: 'drop_monitor is loaded', why };
  if (state === 'builtIn') return { result: 'ok', name, text: 'drop_monitor is built in', why };
  if (state === 'unknown')
    return { result: 'note', name, text: 'this host does not show whether drop_monitor is loaded', why };
  const folder = `/lib/modules/${release}`;
  const failed = { result: 'fail', name, why, status: EXIT_UNSUPPORTED_KERNEL } as const;
  if (state === 'missing')
    return { ...failed, text: `drop_monitor is neither in ${folder} nor in the kernel`, fix: OTHER_KERNEL };
  return {
    ...failed,
    text: `drop_monitor is in ${folder}, but the kernel did not load it`,
    fix: 'sudo modprobe drop_monitor (if the kernel refuses: grep -r drop_monitor /etc/modprobe.d)',
  };
}

/** The monitor answers only in the first network namespace, so an answer proves that this process is in it. */
export function namespaceCheck({ status, privileges }: HostFacts): Check {
  const name = 'network namespace';
  const why =
    'only the first network namespace has the drop monitor, which reports the drops of all namespaces';
  const { state } = status.module;
  const silent = !status.config && (state === 'loaded' || state === 'builtIn');
  const unasked = status.failure instanceof BindingError;
  if (status.config) return { result: 'ok', name, text: 'the first', why };
  if (privileges.firstNetworkNamespace === false || (silent && !unasked)) {
    const fix = 'on the host: sudo nsenter --net=/proc/1/ns/net dropcap ...';
    return { result: 'fail', name, text: 'not the first', why, fix, status: EXIT_UNSUPPORTED_KERNEL };
  }
  if (privileges.firstNetworkNamespace) return { result: 'ok', name, text: 'the first', why };
  return { result: 'note', name, text: 'probably the first: this host does not show it', why };
}

/** Whether the monitor answers. */
export function monitorCheck({ status: { config, failure } }: HostFacts): Check {
  const name = 'drop monitor';
  const why = 'dropcap sets the drop monitor, and receives the drops, over the netlink family NET_DM';
  if (config) return { result: 'ok', name, text: 'NET_DM answers', why };
  const status = failure instanceof BindingError ? EXIT_FAILED : EXIT_UNSUPPORTED_KERNEL;
  return { result: 'fail', name, text: failure?.message ?? 'NET_DM does not answer', why, status };
}

/** Whether drops have reasons. */
export function reasonsCheck({ reasons }: HostFacts): Check {
  const name = 'drop reasons';
  const why =
    'a reason says why a packet was dropped; without it, a drop has only the function that dropped it';
  const first = 'Linux 5.18 is the first that does';
  if (!reasons)
    return { result: 'note', name, text: `not known whether this kernel gives them: ${first}`, why };
  if (reasons.gives) return { result: 'ok', name, text: 'the kernel gives them', why };
  const text = `this kernel gives none: ${first}`;
  return { result: 'note', name, text, why, fix: 'use symbol in place of reason, or boot a newer kernel' };
}
