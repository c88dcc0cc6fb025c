import { type HostFiles, readBytes } from './files.js';

/** Most bytes of type information that are read. That of a whole kernel has 5 to 15 MB. */
const TYPES_LIMIT = 64 << 20;
/** The attribute that carries a reason, and one that every drop monitor has. Type information has their names. */
const ATTRIBUTE = 'NET_DM_ATTR_REASON';
const OLD_ATTRIBUTE = 'NET_DM_ATTR_PC';

/** Whether the kernel gives drop reasons, and how this is known. */
export interface ReasonSupport {
  readonly gives: boolean;
  /** `types`: by the type information (BTF) of the drop monitor; `release`: by the number of the kernel's release. */
  readonly by: 'types' | 'release';
}

/**
 * Finds out whether alerts have reasons. Distributions bring reasons to older kernels, so the type information of the
 * drop monitor decides, where the kernel has it (CONFIG_DEBUG_INFO_BTF). Else the release: Linux 5.18 is the first with the
 * attribute. Undefined when neither says it. Call after a request to the monitor, which loads the module.
 */
export function readReasonSupport({ sys }: HostFiles, release: string): ReasonSupport | undefined {
  const module = readBytes(`${sys}/kernel/btf/drop_monitor`, TYPES_LIMIT);
  // The absence proves something only where the monitor's other names are.
  if (module?.includes(OLD_ATTRIBUTE)) return { gives: module.includes(ATTRIBUTE), by: 'types' };
  // A monitor that is built in. Without the monitor's own types, the name's absence proves nothing.
  const kernel = readBytes(`${sys}/kernel/btf/vmlinux`, TYPES_LIMIT);
  if (kernel?.includes(ATTRIBUTE)) return { gives: true, by: 'types' };
  const [, major, minor] = /^(\d{1,5})\.(\d{1,5})/.exec(release) ?? [];
  if (major === undefined) return undefined;
  return { gives: Number(major) > 5 || (Number(major) === 5 && Number(minor) >= 18), by: 'release' };
}
