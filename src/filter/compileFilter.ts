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
  for (const term of packetTerms(node)) programs.add(term);
  return new CompiledFilter(text, node, new RowEvaluator(programs));
}

function packetTerms(node: Node): (Node & { type: 'packet' })[] {
  if (node.type === 'packet') return [node];
  if (node.type === 'not') return packetTerms(node.operand);
  return node.type === 'and' || node.type === 'or' ? node.operands.flatMap(packetTerms) : [];
}

/** Verdicts about a kind of drops. From OPEN on: the drops with a residue of this number decide. */
const REJECTED = 0;
const FITS = 1;
const OPEN = 2;

class CompiledFilter implements DropFilter {
  readonly text: string;
  readonly doubts: readonly string[];
  readonly #node: Node;
  readonly #evaluator: RowEvaluator;
  #kinds: KindTable | undefined;
  /** By the kind's number. */
  #verdicts: number[] = [];
  /** What the kinds leave, by the verdict minus OPEN. Kinds that leave the same share it: their rows are judged together. */
  #residues: Exclude<Residue, boolean>[] = [];
  /** The verdict for a residue, by its key. A filter can leave as many as it has ways to decide its terms. */
  readonly #verdictOf = new Map<string, number>();
  /** By the verdict: 1 if a drop of the batch has it. */
  #occurs = new Uint8Array(0);
  #result = new Uint8Array(0);

  constructor(text: string, node: Node, evaluator: RowEvaluator) {
    this.text = text;
    this.doubts = doubts(node);
    this.#node = node;
    this.#evaluator = evaluator;
  }

  judge(batch: DropBatch): Uint8Array {
    this.#judgeKinds(batch.kinds);
    if (this.#result.length < batch.capacity) this.#result = new Uint8Array(batch.capacity);
    const result = this.#result;
    const verdicts = this.#verdicts;
    const { kind, length } = batch;
    const occurs = this.#occurs;
    occurs.fill(0);
    for (let row = 0; row < length; row++) {
      const verdict = verdicts[kind[row]!]!;
      result[row] = verdict;
      if (verdict >= OPEN) occurs[verdict] = 1;
    }
    for (let verdict = OPEN; verdict < occurs.length; verdict++)
      if (occurs[verdict] === 1) this.#judgeOpen(verdict, batch, result);
    return result;
  }

  /** Judges the kinds that the table has now and that are not judged yet. */
  #judgeKinds(kinds: KindTable): void {
    if (kinds !== this.#kinds) {
      this.#kinds = kinds;
      this.#verdicts = [];
      this.#residues = [];
      this.#verdictOf.clear();
    }
    for (let id = this.#verdicts.length; id < kinds.size; id++) {
      const residue = reduce(this.#node, kinds.get(id));
      if (typeof residue === 'boolean') this.#verdicts.push(residue ? FITS : REJECTED);
      else this.#verdicts.push(this.#verdictFor(residue));
    }
    const verdicts = OPEN + this.#residues.length;
    if (this.#occurs.length < verdicts) this.#occurs = new Uint8Array(2 * verdicts);
  }

  #verdictFor(residue: Exclude<Residue, boolean>): number {
    const key = keyOf(residue);
    let verdict = this.#verdictOf.get(key);
    if (verdict === undefined) {
      verdict = OPEN + this.#residues.push(residue) - 1;
      this.#verdictOf.set(key, verdict);
    }
    return verdict;
  }

  /** Judges the rows of a verdict by what their kinds left open. */
  #judgeOpen(verdict: number, batch: DropBatch, result: Uint8Array): void {
    const verdicts = this.#verdicts;
    const { kind, length } = batch;
    const mask = this.#evaluator.take(batch.capacity);
    for (let row = 0; row < length; row++) mask[row] = verdicts[kind[row]!] === verdict ? 1 : 0;
    this.#evaluator.evaluate(this.#residues[verdict - OPEN]!, batch, mask);
    for (let row = 0; row < length; row++) if (verdicts[kind[row]!] === verdict) result[row] = mask[row]!;
    this.#evaluator.give(mask);
  }
}

/** A text that is the same for residues of the same terms: a term is known by its place. */
function keyOf(residue: Exclude<Residue, boolean>): string {
  if (residue.type === 'term') return `${residue.term.start}`;
  if (residue.type === 'not') return `not(${keyOf(residue.operand)})`;
  return `${residue.type}(${residue.operands.map(keyOf).join(' ')})`;
}
