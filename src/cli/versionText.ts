import { HOW_TO_BUILD } from '../binding/load.js';
import type { NativePart, NativeParts } from '../binding/parts.js';
import type { ProgramFacts } from './programFacts.js';

/** The answer to `dropcap --version`. The first line is `dropcap X.Y.Z` alone, for scripts. */
export function versionLines(facts: ProgramFacts): string[] {
  const { parts } = facts;
  return [
    `dropcap ${facts.version}`,
    `commit:  ${commitText(facts.commit)}`,
    `node:    ${facts.node} (${facts.arch})`,
    `libpcap: ${libpcapText(facts)}`,
    `addon:   ${parts.addon.problem ?? originText(parts)}`,
    `guard:   ${programText(parts.guard)}`,
    `keeper:  ${programText(parts.keeper)}`,
  ];
}

/** The commit for people: `52925c3d1f2a`. */
export function commitText(commit: string | null): string {
  if (commit === null) return 'not known (not built in a git checkout)';
  return commit.replace(/-dirty$/, ', with changes that are not committed');
}

/** The version of libpcap for people: `1.10.3 (with TPACKET_V3)`. */
export function libpcapText({ libpcap, parts }: ProgramFacts): string {
  if (libpcap !== null) return libpcap.replace(/^libpcap version /, '');
  return parts.addon.state === 'usable'
    ? 'not found (only filters with terms about packets need it)'
    : 'not known, because the addon finds it';
}

/** What the native parts were built from, for people. */
export function originText({ prebuilt, version, node, arch, sameSources }: NativeParts): string {
  const how = prebuilt ? 'from the package' : 'built here';
  const by = node === null ? '' : ` with Node ${node} (${arch ?? 'processor not known'})`;
  const of = version === null ? '' : `, for dropcap ${version}`;
  return `${how}${by}${of}, ${fitText(sameSources)}`;
}

function fitText(sameSources: boolean | null): string {
  if (sameSources === null) return 'from sources that are not known';
  return sameSources ? "from this dropcap's sources" : `not from this dropcap's sources (${HOW_TO_BUILD})`;
}

/** A program that is built with the addon. */
function programText({ problem }: NativePart): string {
  return problem ?? 'found, built with the addon';
}
