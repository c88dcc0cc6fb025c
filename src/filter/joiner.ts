import type { Node } from './ast.js';
import { FilterError } from './filterError.js';

/** Deepest nesting of all terms: `and` after `or` is one level. It bounds the stack of what walks through the tree. */
const MAX_HEIGHT = 1000;
/** A primitive that is only an address or a number takes its qualifiers from the primitive before. */
const UNQUALIFIED = /^[\d.:/]+$/;

/** Makes the tree of an expression. Terms that libpcap must judge together become one term. */
export class Joiner {
  readonly #text: string;
  /** Levels below a node; 0 for those that are not here. */
  readonly #heights = new WeakMap<Node, number>();

  constructor(text: string) {
    this.#text = text;
  }

  /** Joins two nodes. The caller must not use `left` afterwards. @throws FilterError */
  join(type: 'and' | 'or', left: Node, right: Node): Node {
    const span = { start: left.start, end: right.end };
    if (areTogether(left, right)) return { type: 'packet', ...span };
    // The operands of `left`, so that a long expression takes time in proportion to its length.
    const operands = left.type === type ? (left.operands as Node[]) : [left];
    const before = operands.at(-1)!;
    // `A and p and q` is `A and (p and q)`: libpcap sees p and q together, so that q may repeat the qualifiers of p. Not with a
    // parenthesis after p.
    if (areTogether(before, right) && before.end === left.end) {
      operands[operands.length - 1] = { type: 'packet', start: before.start, end: right.end };
    } else {
      this.#checkQualified(right);
      operands.push(right);
    }
    const height = left.type === type ? this.#height(left) : this.#height(left) + 1;
    return this.#withHeight({ type, operands, ...span }, Math.max(height, this.#height(right) + 1));
  }

  not(operand: Node, start: number): Node {
    const { end } = operand;
    if (operand.type === 'packet') return { type: 'packet', start, end };
    return this.#withHeight({ type: 'not', operand, start, end }, this.#height(operand) + 1);
  }

  /** The node in parentheses, which begin at `start` and end at `end`. */
  group(inner: Node, start: number, end: number): Node {
    return this.#withHeight({ ...inner, start, end }, this.#height(inner));
  }

  /** A primitive without qualifiers of its own would become a host without a word. */
  #checkQualified({ type, start, end }: Node): void {
    const term = this.#text.slice(start, end);
    if (type !== 'packet' || !UNQUALIFIED.test(term)) return;
    throw new FilterError(`${term} needs its qualifiers here, as in "port ${term}"`, this.#text, start);
  }

  #height(node: Node): number {
    return this.#heights.get(node) ?? 0;
  }

  #withHeight(node: Node, height: number): Node {
    if (height > MAX_HEIGHT)
      throw new FilterError('the expression is nested too deeply', this.#text, node.end);
    this.#heights.set(node, height);
    return node;
  }
}

/** Whether libpcap must judge both terms together: one is about the packet, and libpcap can read the other one too. */
function areTogether(one: Node, other: Node): boolean {
  return (one.type === 'packet' || other.type === 'packet') && isForLibpcap(one) && isForLibpcap(other);
}

/** Whether libpcap reads this text with the same meaning. */
function isForLibpcap(node: Node): boolean {
  switch (node.type) {
    case 'packet':
      return true;
    case 'number':
      return node.key === 'len' && node.values.length === 1;
    case 'not':
      return isForLibpcap(node.operand);
    case 'and':
    case 'or':
      return node.operands.every(isForLibpcap);
    default:
      return false;
  }
}
