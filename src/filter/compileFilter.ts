import { loadBinding } from '../binding/load.js';
import type { DropBatch } from '../drop/batch.js';
import type { KindTable } from '../drop/kind.js';
import { UsageError } from '../errors.js';
import type { Node } from './ast.js';
import { PacketPrograms } from './packetPrograms.js';
import { parseFilter } from './parse.js';
import { reduce, type Residue } from './reduce.js';
import { RowEvaluator } from './rowEvaluator.js';
import { doubts } from './vocabulary.js';

const MISSING =
  'filter: libpcap is missing, which reads terms about packets such as "tcp port 443" (Debian, Ubuntu: sudo apt install libpcap0.8; ' +
  'Fedora, RHEL: sudo dnf install libpcap)';

/** A filter expression that is ready to judge drops. */
export interface DropFilter {
  /** The expression. */
  readonly text: string;
  /** Texts for people: values that no known kernel has. Another kernel may have them. */
  readonly doubts: readonly string[];
  /**
   * Judges all drops of a batch.
   * @returns a byte for each row: 1 for a drop that fits. Valid until the next call.
   */
  judge(batch: DropBatch): Uint8Array;
}

/**
 * Compiles a filter expression (docs/filters.md). Host names in it are looked up now.
 * @throws FilterError for a wrong expression; UsageError when libpcap is needed and missing; BindingError when it is needed
 * and the addon cannot be loaded
 */
export function compileFilter(text: string): DropFilter {
  const node = parseFilter(text);
  const programs = new PacketPrograms(text, loadBinding);
  if (packetTerms(node).length > 0 && loadBinding().pcapVersion() === undefined)
    throw new UsageError(MISSING);
  for (const term of packetTerms(node)) programs.check(term);
  return new CompiledFilter(text, node, new RowEvaluator(programs));
}

function packetTerms(node: Node): (Node & { type: 'packet' })[] {
  if (node.type === 'packet') return [node];
  if (node.type === 'not') return packetTerms(node.operand);
  return node.type === 'and' || node.type === 'or' ? node.operands.flatMap(packetTerms) : [];
}

class CompiledFilter implements DropFilter {
  readonly text: string;
  readonly doubts: readonly string[];
  readonly #node: Node;
  readonly #evaluator: RowEvaluator;
  #kinds: KindTable | undefined;
  /** By the kind's number. */
  #residues: (Residue | undefined)[] = [];
  /** By what is left. A filter can leave as many as it has ways to decide its terms. */
  readonly #shared = new Map<string, Exclude<Residue, boolean>>();
  #result = new Uint8Array(0);

  constructor(text: string, node: Node, evaluator: RowEvaluator) {
    this.text = text;
    this.doubts = doubts(node);
    this.#node = node;
    this.#evaluator = evaluator;
  }

  judge(batch: DropBatch): Uint8Array {
    if (batch.kinds !== this.#kinds) {
      this.#kinds = batch.kinds;
      this.#residues = [];
      this.#shared.clear();
    }
    if (this.#result.length < batch.capacity) this.#result = new Uint8Array(batch.capacity);
    const result = this.#result;
    const open = new Set<Exclude<Residue, boolean>>();
    for (let row = 0; row < batch.length; row++) {
      const residue = this.#residueOf(batch, row);
      result[row] = residue === false ? 0 : 1;
      if (typeof residue !== 'boolean') open.add(residue);
    }
    for (const residue of open) this.#judgeOpen(residue, batch, result);
    return result;
  }

  #judgeOpen(residue: Exclude<Residue, boolean>, batch: DropBatch, result: Uint8Array): void {
    const mask = this.#evaluator.take(batch.capacity);
    for (let row = 0; row < batch.length; row++) mask[row] = this.#residueOf(batch, row) === residue ? 1 : 0;
    this.#evaluator.evaluate(residue, batch, mask);
    for (let row = 0; row < batch.length; row++) {
      if (this.#residueOf(batch, row) === residue) result[row] = mask[row]!;
    }
    this.#evaluator.give(mask);
  }

  /** One residue for all kinds that leave the same: their rows are judged together. */
  #share(residue: Residue): Residue {
    if (typeof residue === 'boolean') return residue;
    const key = keyOf(residue);
    const known = this.#shared.get(key);
    if (known) return known;
    this.#shared.set(key, residue);
    return residue;
  }

  #residueOf(batch: DropBatch, row: number): Residue {
    const id = batch.kind[row]!;
    return (this.#residues[id] ??= this.#share(reduce(this.#node, batch.kinds.get(id))));
  }
}

/** A text that is the same for residues of the same terms: a term is known by its place. */
function keyOf(residue: Exclude<Residue, boolean>): string {
  if (residue.type === 'term') return `${residue.term.start}`;
  if (residue.type === 'not') return `not(${keyOf(residue.operand)})`;
  return `${residue.type}(${residue.operands.map(keyOf).join(' ')})`;
}
