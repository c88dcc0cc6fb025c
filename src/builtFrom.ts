/** What the program was built from. Null: not known. */
export interface BuiltFrom {
  /** The git commit: `52925c3d1f2a`, with `-dirty` when files differed from it. Null for a build outside git. */
  readonly commit: string | null;
  /** Digest of the addon's, the guard's and the keeper's sources (native/sources.js). */
  readonly nativeSources: string | null;
}

/** build.js defines this in the program. Not defined in sources that run without a build. */
declare const DROPCAP_BUILT_FROM: BuiltFrom | undefined;

export const BUILT_FROM: BuiltFrom =
  typeof DROPCAP_BUILT_FROM === 'undefined' ? { commit: null, nativeSources: null } : DROPCAP_BUILT_FROM;
