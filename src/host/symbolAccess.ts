import { type HostFiles, readNumber, readText } from './files.js';

/** Whether the kernel hides the addresses of its symbols from this user, and the setting that decides. */
export interface SymbolAccess {
  readonly hidden: boolean;
  /** kernel.kptr_restrict: 0, 1 or 2; undefined where it cannot be read. */
  readonly kptrRestrict: number | undefined;
}

/**
 * Bytes of the symbol list that are read. The first symbols are offsets of per-processor data, which begin at 0 for all
 * users: fewer bytes could hold only these.
 */
const ENOUGH_BYTES = 65_536;

export function readSymbolAccess(files: HostFiles): SymbolAccess {
  const symbols = readText(`${files.proc}/kallsyms`, ENOUGH_BYTES) ?? '';
  return {
    hidden: !/^0*[1-9a-f][0-9a-f]* /m.test(symbols),
    kptrRestrict: readNumber(`${files.proc}/sys/kernel/kptr_restrict`),
  };
}
