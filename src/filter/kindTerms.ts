import { classOf } from '../class/classOf.js';
import type { DropKind } from '../drop/kind.js';
import { unreachable } from '../drop/origin.js';
import { ORIGIN_WORDS } from '../metadata/comment.js';
import type { NumberOperator, NumberTerm, TextKey, TextTerm, TextValue } from './ast.js';
import { fitsPattern } from './pattern.js';

/** Whether a kind of drops fits a text term. A text that is not known fits no value: `!=` is true for it. */
export function textFits(term: TextTerm, kind: DropKind): boolean {
  const text = textOf(term.key, kind);
  const negated = term.operator === '!=' || term.operator === '!~';
  const fits = text !== undefined && term.values.some((value) => fitsValue(term.key, value, text));
  return fits !== negated;
}

/** Whether a number fits a number term. A number that is not known fits no term but `!=`. */
export function numberFits({ operator, values }: NumberTerm, number: number | undefined): boolean {
  if (operator === '!=') return number === undefined || !values.includes(number);
  return number !== undefined && values.some((value) => compare(operator, number, value));
}

function textOf(key: TextKey, kind: DropKind): string | undefined {
  switch (key) {
    case 'reason':
      return kind.reason;
    case 'symbol':
      return kind.symbol;
    case 'module':
      return kind.module;
    case 'trap':
      return kind.trap;
    case 'trapgroup':
      return kind.trapGroup;
    case 'iface':
      return kind.interfaceName;
    case 'origin':
      return ORIGIN_WORDS[kind.origin];
    case 'class':
      return classOf(kind)?.name;
  }
  return unreachable(key);
}

function compare(operator: NumberOperator, number: number, value: number): boolean {
  switch (operator) {
    case '<':
      return number < value;
    case '>':
      return number > value;
    case '<=':
      return number <= value;
    case '>=':
      return number >= value;
    case '=':
      return number === value;
    case '!=':
      return number !== value;
  }
  return unreachable(operator);
}

function fitsValue(key: TextKey, value: TextValue, text: string): boolean {
  if (typeof value !== 'string') return value.isIn(text);
  // A function without an offset: `symbol = nft_do_chain`.
  const compared = key === 'symbol' && !value.includes('+') ? text.replace(/\+.*/s, '') : text;
  return value.includes('*') ? fitsPattern(value, compared) : value === compared;
}
