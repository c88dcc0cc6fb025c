import { gunzipSync } from 'node:zlib';
import { type HostFiles, readBytes, readText } from './files.js';

const CONFIG_LIMIT = 4 << 20;

/** How a kernel was built in one respect. */
export interface KernelOption {
  /** Built in, as a module, or not at all. */
  readonly value: 'y' | 'm' | 'n';
  /** The file that says so. */
  readonly path: string;
}

/**
 * Looks an option up (`CONFIG_NET_DROP_MONITOR`) in the configuration that the running kernel carries or that its
 * package brought; undefined where there is none.
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
    // Something else than a configuration says nothing about what is not in it.
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
