import { loadBinding } from '../binding/load.js';
import { inspectParts, type NativeParts } from '../binding/parts.js';
import { BUILT_FROM } from '../builtFrom.js';
import { VERSION } from '../version.js';

/** What dropcap is made of and runs with. Null: not known. */
export interface ProgramFacts {
  readonly version: string;
  /** The git commit that the program was built from, with `-dirty` when files differed from it. */
  readonly commit: string | null;
  /** `v20.20.2` */
  readonly node: string;
  /** `x64` */
  readonly arch: string;
  /** libpcap's own words about its version. Null also when libpcap or the addon, which loads libpcap, is missing. */
  readonly libpcap: string | null;
  readonly parts: NativeParts;
}

/** Gathers the facts. Loads the addon and libpcap, as a capture with a filter does. */
export function programFacts(): ProgramFacts {
  const parts = inspectParts();
  return {
    version: VERSION,
    commit: BUILT_FROM.commit,
    node: process.version,
    arch: process.arch,
    libpcap: parts.addon.state === 'usable' ? (loadBinding().pcapVersion() ?? null) : null,
    parts,
  };
}
