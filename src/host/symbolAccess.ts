import { type HostFiles, readNumber, readText } from './files.js';

/** Whether this user gets the kernel's symbols without their addresses, and by which setting. */
export interface SymbolAccess {
  readonly hidden: boolean;
  /** kernel.kptr_restrict: 0, 1 or 2; undefined where it cannot be read. */
  readonly kptrRestrict: number | undefined;
}

/** Holds more than the symbols of each processor's area, the offsets of which begin at 0 for everybody. */
const ENOUGH_BYTES = 65_536;

export function readSymbolAccess(files: HostFiles): SymbolAccess {
  const symbols = readText(`${files.proc}/kallsyms`, ENOUGH_BYTES) ?? '';
  return {
    hidden: !/^0*[1-9a-f][0-9a-f]* /m.test(symbols),
    kptrRestrict: readNumber(`${files.proc}/sys/kernel/kptr_restrict`),
  };
}
