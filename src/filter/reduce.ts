import type { DropKind } from '../drop/kind.js';
import { unreachable } from '../drop/origin.js';
import type { LostTerm, Node, NumberTerm, PacketTerm } from './ast.js';
import { numberFits, textFits } from './kindTerms.js';

/** A term whose value differs between the drops of a kind. */
export type RowTerm = PacketTerm | LostTerm | NumberTerm;

/** What is left of an expression for one kind of drops: a constant, or terms that each drop decides. */
export type Residue =
  | boolean
  | { readonly type: 'term'; readonly term: RowTerm }
  | { readonly type: 'not'; readonly operand: Exclude<Residue, boolean> }
  | { readonly type: 'and' | 'or'; readonly operands: readonly Exclude<Residue, boolean>[] };

/** Decides what the kind decides. */
export function reduce(node: Node, kind: DropKind): Residue {
  switch (node.type) {
    case 'text':
      return textFits(node, kind);
    case 'number':
      return node.key === 'ifindex' ? numberFits(node, kind.ifindex) : { type: 'term', term: node };
    case 'packet':
    case 'lost':
      return { type: 'term', term: node };
    case 'not': {
      const operand = reduce(node.operand, kind);
      return typeof operand === 'boolean' ? !operand : { type: 'not', operand };
    }
    case 'and':
    case 'or':
      return reduceJoined(node.type, node.operands, kind);
  }
  return unreachable(node);
}

function reduceJoined(type: 'and' | 'or', nodes: readonly Node[], kind: DropKind): Residue {
  const decisive = type === 'or';
  const operands: Exclude<Residue, boolean>[] = [];
  for (const node of nodes) {
    const operand = reduce(node, kind);
    if (operand === decisive) return decisive;
    if (typeof operand !== 'boolean') operands.push(operand);
  }
  if (operands.length < 2) return operands[0] ?? !decisive;
  return { type, operands };
}
