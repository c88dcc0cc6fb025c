import { loadBinding } from '../binding/load.js';
import { DropcapError } from '../errors.js';
import { readNumber } from './files.js';
import { type Guard, inspectGuard } from './guard.js';
import type { Host } from './host.js';
import { type KernelOption, readKernelOption } from './kernelOption.js';
import { askStatus, type MonitorStatus } from './monitorStatus.js';
import { type Privileges, readPrivileges } from './privileges.js';
import { findProgram } from './programs.js';
import { type ReasonSupport, readReasonSupport } from './reasonSupport.js';
import { readSilentTraps, type SilentTraps } from './silentTraps.js';
import { readSymbolAccess, type SymbolAccess } from './symbolAccess.js';

/** The facts that decide whether a capture works, and what it shows. */
export interface HostFacts {
  readonly release: string;
  readonly option: KernelOption | undefined;
  readonly status: MonitorStatus;
  /** Whether drops have reasons; undefined when that is not known. */
  readonly reasons: ReasonSupport | undefined;
  readonly privileges: Privileges;
  readonly symbols: SymbolAccess;
  /** Undefined when devlink refused the request. */
  readonly traps: readonly SilentTraps[] | undefined;
  /** net.core.rmem_max in bytes. */
  readonly receiveBufferLimit: number | undefined;
  readonly tshark: string | undefined;
  /** The guard; undefined when its file is missing. */
  readonly guard: Guard | undefined;
}

/**
 * Gathers the facts about a host. Asks the drop monitor, so the kernel loads its module if it can. Changes no setting.
 * @param guardPath path of the guard; undefined when it was not built.
 */
export function gatherFacts(host: Host, guardPath: string | undefined): HostFacts {
  const { files, release } = host;
  return {
    release,
    option: readKernelOption(files, release, 'CONFIG_NET_DROP_MONITOR'),
    status: askStatus(host),
    reasons: readReasonSupport(files, release),
    privileges: readPrivileges(files),
    symbols: readSymbolAccess(files),
    traps: trapsOf(host),
    receiveBufferLimit: readNumber(`${files.proc}/sys/net/core/rmem_max`),
    tshark: findProgram('tshark'),
    guard: guardPath === undefined ? undefined : inspectGuard(guardPath),
  };
}

function trapsOf(host: Host): SilentTraps[] | undefined {
  try {
    return readSilentTraps(host.binding ?? loadBinding());
  } catch (error) {
    if (error instanceof DropcapError) return undefined;
    throw error;
  }
}
