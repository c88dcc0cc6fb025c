import { BindingError } from '../errors.js';
import type { HostFacts } from '../host/hostFacts.js';
import type { Check } from './check.js';
import { EXIT_FAILED, EXIT_UNSUPPORTED_KERNEL } from './exitStatus.js';

const OTHER_KERNEL = "install the kernel's full module package, or a kernel with CONFIG_NET_DROP_MONITOR";

/** Whether the kernel is new enough. */
export function kernelCheck({ release }: HostFacts): Check {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(release) ?? [];
  const enough = Number(major) > 5 || (Number(major) === 5 && Number(minor) >= 4);
  const rest = { name: 'kernel', text: `Linux ${release}`, why: 'packets are shown from Linux 5.4 on' };
  if (enough) return { result: 'ok', ...rest };
  return { result: 'fail', ...rest, mend: 'boot a newer kernel', status: EXIT_UNSUPPORTED_KERNEL };
}

/** Whether it was built with a drop monitor. */
export function configurationCheck({ option, release, status }: HostFacts): Check {
  const name = 'configuration';
  const why = 'a kernel has its drop monitor by CONFIG_NET_DROP_MONITOR, built in (y) or as a module (m)';
  if (!option) {
    const text = `not found (/proc/config.gz, /boot/config-${release}, /lib/modules/${release}/config)`;
    return { result: status.config ? 'ok' : 'note', name, text, why };
  }
  if (option.value !== 'n' || status.config) {
    return { result: 'ok', name, text: `CONFIG_NET_DROP_MONITOR=${option.value} (${option.path})`, why };
  }
  const text = `CONFIG_NET_DROP_MONITOR is not set (${option.path})`;
  return { result: 'fail', name, text, why, mend: OTHER_KERNEL, status: EXIT_UNSUPPORTED_KERNEL };
}

/** Whether the monitor is in the kernel, now that it was asked for. */
export function moduleCheck({ status, release }: HostFacts): Check {
  const name = 'module';
  const why = 'drop_monitor is the part of the kernel that reports drops; asking for it loads it';
  const { state } = status.module;
  if (state === 'loaded') return { result: 'ok', name, text: 'drop_monitor is loaded', why };
  if (state === 'builtIn') return { result: 'ok', name, text: 'drop_monitor is built in', why };
  if (state === 'unknown')
    return { result: 'note', name, text: 'this host does not tell whether drop_monitor is there', why };
  const folder = `/lib/modules/${release}`;
  const failed = { result: 'fail', name, why, status: EXIT_UNSUPPORTED_KERNEL } as const;
  if (state === 'missing')
    return { ...failed, text: `drop_monitor is not in ${folder}, nor in the kernel`, mend: OTHER_KERNEL };
  return {
    ...failed,
    text: `drop_monitor is in ${folder}, but was not loaded when asked for`,
    mend: 'sudo modprobe drop_monitor (when that is refused: grep -r drop_monitor /etc/modprobe.d)',
  };
}

/** The monitor answers in the first network namespace only: what answers is in it, whatever else may be seen. */
export function namespaceCheck({ status, privileges }: HostFacts): Check {
  const name = 'network namespace';
  const why = 'the drop monitor is in the first one only; it reports the drops of all';
  const { state } = status.module;
  const silent = !status.config && (state === 'loaded' || state === 'builtIn');
  const unasked = status.failure instanceof BindingError;
  if (status.config) return { result: 'ok', name, text: 'the first', why };
  if (privileges.firstNetworkNamespace === false || (silent && !unasked)) {
    const mend = 'on the host: sudo nsenter --net=/proc/1/ns/net dropcap ...';
    return { result: 'fail', name, text: 'not the first', why, mend, status: EXIT_UNSUPPORTED_KERNEL };
  }
  if (privileges.firstNetworkNamespace) return { result: 'ok', name, text: 'the first', why };
  return { result: 'note', name, text: 'the first, as far as can be told', why };
}

/** Whether the monitor answers. */
export function monitorCheck({ status: { config, failure } }: HostFacts): Check {
  const name = 'drop monitor';
  const why = 'it is told what to report, and reports, by the netlink family NET_DM';
  if (config) return { result: 'ok', name, text: 'NET_DM answers', why };
  const status = failure instanceof BindingError ? EXIT_FAILED : EXIT_UNSUPPORTED_KERNEL;
  return { result: 'fail', name, text: failure?.message ?? 'NET_DM does not answer', why, status };
}
