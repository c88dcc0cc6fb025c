import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { readText } from './files.js';
import { findProgram } from './programs.js';

/**
 * Facts about this system for a bug report. Each value is a number, or a word from a list in this file: free text, such as
 * the name of a company's own distribution, could identify the host. Undefined: not known, or not in the list.
 */
export interface SystemFacts {
  /** `debian 12` */
  readonly distribution: string | undefined;
  /** Version of glibc. */
  readonly glibc: string | undefined;
  readonly processors: number;
  readonly memoryBytes: number;
  /** Version of tshark. */
  readonly tshark: string | undefined;
  readonly container: 'docker' | 'podman' | 'kubernetes' | undefined;
  /** Names of the variables that change how dropcap runs and that are set, without their values. */
  readonly variables: readonly string[];
}

const TSHARK_TIMEOUT_MS = 10_000;
/** Words of os-release(5). */
const DISTRIBUTIONS =
  /^(debian|ubuntu|raspbian|linuxmint|kali|rhel|centos|fedora|rocky|almalinux|ol|amzn|sles|opensuse-(leap|tumbleweed)|arch|manjaro|gentoo|alpine|nixos|void|openwrt|proxmox|azurelinux)$/;
const VARIABLES = [
  'DROPCAP_PREBUILD',
  'INVOCATION_ID',
  'LD_LIBRARY_PATH',
  'LD_PRELOAD',
  'NODE_OPTIONS',
  'NODE_V8_COVERAGE',
  'NOTIFY_SOCKET',
  'PREBUILDS_ONLY',
  'SUDO_UID',
  'UV_THREADPOOL_SIZE',
  'UV_USE_IO_URING',
];

/** Gathers the facts. Runs tshark, which takes some tenths of a second. */
export function systemFacts(): SystemFacts {
  return {
    distribution: distributionIn(readText('/etc/os-release', 4096) ?? ''),
    glibc: glibcVersion(),
    processors: availableParallelism(),
    memoryBytes: totalmem(),
    tshark: tsharkVersion(findProgram('tshark')),
    container: containerKind(),
    variables: VARIABLES.filter((name) => process.env[name] !== undefined),
  };
}

/** Name and version of a known distribution, from the text of /etc/os-release. */
export function distributionIn(text: string): string | undefined {
  const valueOf = (key: string) => new RegExp(`^${key}=["']?([^"'\\n]*)["']?$`, 'm').exec(text)?.[1] ?? '';
  const name = valueOf('ID');
  if (!DISTRIBUTIONS.test(name)) return undefined;
  const version = valueOf('VERSION_ID');
  return /^\d{1,4}(\.\d{1,2})?$/.test(version) ? `${name} ${version}` : name;
}

function glibcVersion(): string | undefined {
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return versionIn(header?.glibcVersionRuntime ?? '');
}

function tsharkVersion(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    const text = execFileSync(path, ['--version'], {
      encoding: 'latin1',
      timeout: TSHARK_TIMEOUT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return versionIn(/^TShark [^\n]*/.exec(text)?.[0] ?? '');
  } catch {
    return undefined;
  }
}

/** The first version of two or three numbers in a text. */
function versionIn(text: string): string | undefined {
  return /(?<![\d.])\d{1,3}\.\d{1,3}(\.\d{1,3})?(?![\d.])/.exec(text)?.[0];
}

function containerKind(): SystemFacts['container'] {
  if (process.env['KUBERNETES_SERVICE_HOST'] !== undefined) return 'kubernetes';
  if (existsSync('/run/.containerenv')) return 'podman';
  return existsSync('/.dockerenv') ? 'docker' : undefined;
}
