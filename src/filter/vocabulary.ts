import { CLASS_NAMES, REASON_NAMES, TRAP_NAMES } from '../class/classOf.js';
import { ORIGIN_WORDS } from '../metadata/comment.js';
import type { Node, TextKey } from './ast.js';
import { fitsPattern } from './pattern.js';

/** The keys of which all values are known: dropcap itself gives them. */
const OWN_WORDS: Partial<Record<TextKey, ReadonlySet<string>>> = {
  origin: new Set(Object.values(ORIGIN_WORDS)),
  class: CLASS_NAMES,
};
/** The keys whose values are the kernel's: another kernel may have others. */
const KERNEL_WORDS: Partial<Record<TextKey, ReadonlySet<string>>> = {
  reason: REASON_NAMES,
  trap: TRAP_NAMES,
};

/** Why a value can fit no drop; undefined when it can. */
export function impossible(key: TextKey, value: string): string | undefined {
  if (OWN_WORDS[key] === undefined || hasWord(OWN_WORDS[key], value)) return undefined;
  return key === 'origin' ? 'origin is sw or hw' : 'there is no such class (docs/classes.md lists them)';
}

/** Texts for people about values that no kernel known to dropcap has. */
export function doubts(node: Node): string[] {
  switch (node.type) {
    case 'text': {
      const words = KERNEL_WORDS[node.key];
      if (words === undefined) return [];
      return node.values
        .filter((value): value is string => typeof value === 'string' && !hasWord(words, value))
        .map((value) => `no kernel known to dropcap has the ${node.key} ${value}`);
    }
    case 'not':
      return doubts(node.operand);
    case 'and':
    case 'or':
      return node.operands.flatMap(doubts);
    default:
      return [];
  }
}

function hasWord(words: ReadonlySet<string>, value: string): boolean {
  return words.has(value) || (value.includes('*') && [...words].some((word) => fitsPattern(value, word)));
}
