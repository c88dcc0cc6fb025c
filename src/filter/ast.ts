import type { RegularExpression } from './regularExpression.js';

/** The metadata words of a filter, which are those of the comment's keys. */
export const TEXT_KEYS = [
  'reason',
  'symbol',
  'module',
  'trap',
  'trapgroup',
  'iface',
  'origin',
  'class',
] as const;
export const NUMBER_KEYS = ['ifindex', 'proto', 'len'] as const;
/** A term of its own, without a comparison: a gap before the drop. */
export const LOST = 'lost';

export type TextKey = (typeof TEXT_KEYS)[number];
export type NumberKey = (typeof NUMBER_KEYS)[number];
export type TextOperator = '=' | '!=' | '~' | '!~';
/** A value of a text term: a text, with `*` for any characters, or a regular expression after `~` and `!~`. */
export type TextValue = string | RegularExpression;
export type NumberOperator = '=' | '!=' | '<' | '>' | '<=' | '>=';

/** A part of the filter's text: `start` is the offset of its first character, `end` that after the last one. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A comparison of a text of the drop with several values: true if one of them fits. `!=` and `!~`: if none fits. */
export interface TextTerm extends Span {
  readonly type: 'text';
  readonly key: TextKey;
  readonly operator: TextOperator;
  readonly values: readonly TextValue[];
}

/** A comparison of a number of the drop. `=` and `!=` can have several values. */
export interface NumberTerm extends Span {
  readonly type: 'number';
  readonly key: NumberKey;
  readonly operator: NumberOperator;
  readonly values: readonly number[];
}

/** Drops were lost before this drop. */
export interface LostTerm extends Span {
  readonly type: 'lost';
}

/** A primitive of pcap-filter: its text goes to libpcap as it is. */
export interface PacketTerm extends Span {
  readonly type: 'packet';
}

interface Not extends Span {
  readonly type: 'not';
  readonly operand: Node;
}

/** Terms that are joined by the same operator, from left to right; at least two. */
interface Joined extends Span {
  readonly type: 'and' | 'or';
  readonly operands: readonly Node[];
}

/** A filter expression. */
export type Node = TextTerm | NumberTerm | LostTerm | PacketTerm | Not | Joined;
