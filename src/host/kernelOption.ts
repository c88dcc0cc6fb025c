import { gunzipSync } from 'node:zlib';
import { type HostFiles, readBytes, readText } from './files.js';

const CONFIG_LIMIT = 4 << 20;

/** The value of one option of a kernel's configuration. */
export interface KernelOption {
  /** `y`: built in; `m`: a module; `n`: not built. */
  readonly value: 'y' | 'm' | 'n';
  /** The configuration file that was read. */
  readonly path: string;
}

/**
 * Looks up an option, such as `CONFIG_NET_DROP_MONITOR`, in the running kernel's configuration: in /proc/config.gz, else
 * in the files of the kernel's package. Undefined when there is no configuration.
 */
export function readKernelOption(
  files: HostFiles,
  release: string,
  option: string,
): KernelOption | undefined {
  const places: [string, () => string | undefined][] = [
    [`${files.proc}/config.gz`, () => unpacked(readBytes(`${files.proc}/config.gz`, CONFIG_LIMIT))],
    ...[`${files.boot}/config-${release}`, `${files.modules}/${release}/config`].map(
      (path): [string, () => string | undefined] => [path, () => readText(path, CONFIG_LIMIT)],
    ),
  ];
  for (const [path, read] of places) {
    const text = read();
    // Skip a file that is not a configuration: it would report every option as not built.
    if (text === undefined || !/^CONFIG_NET=y$/m.test(text)) continue;
    const value = new RegExp(`^${option}=([ym])$`, 'm').exec(text)?.[1];
    return { value: value === 'y' || value === 'm' ? value : 'n', path };
  }
  return undefined;
}

function unpacked(bytes: Uint8Array | undefined): string | undefined {
  if (!bytes) return undefined;
  try {
    return gunzipSync(bytes, { maxOutputLength: CONFIG_LIMIT }).toString('latin1');
  } catch {
    return undefined;
  }
}
