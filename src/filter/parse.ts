import { messageOf } from '../errors.js';
import {
  LOST,
  type Node,
  NUMBER_KEYS,
  type NumberKey,
  type NumberOperator,
  type PacketTerm,
  type Span,
  TEXT_KEYS,
  type TextKey,
  type TextOperator,
} from './ast.js';
import { checkHeaders } from './checkHeaders.js';
import { FilterError } from './filterError.js';
import { Joiner } from './joiner.js';
import { RegularExpression } from './regularExpression.js';
import { Scanner } from './scanner.js';
import { impossible } from './vocabulary.js';

const TEXT_NAMES: ReadonlySet<string> = new Set(TEXT_KEYS);
const NUMBER_NAMES: ReadonlySet<string> = new Set(NUMBER_KEYS);
const ORDERS: ReadonlySet<string> = new Set(['<', '>', '<=', '>=']);
/** What the kernel's source has in front of a reason's name. */
const REASON_PREFIX = 'SKB_DROP_REASON_';
const MAX_NUMBER = 0xffff_ffff;
/** Deepest nesting of parentheses and `not`. It bounds the stack. */
const MAX_DEPTH = 200;

/**
 * Parses a filter expression: primitives of pcap-filter and metadata terms, joined as tcpdump joins primitives. `and` and
 * `or` have equal precedence and associate to the left; `not` binds tighter. docs/filters.md has the grammar.
 * @throws FilterError with the position of the first fault. libpcap judges the primitives.
 */
export function parseFilter(text: string): Node {
  const nul = text.indexOf('\0');
  if (nul >= 0) throw new FilterError('a NUL character ends the text for libpcap', text, nul);
  const parser = new Parser(text);
  const node = parser.expression(0);
  parser.expectEnd();
  checkHeaders(text, node);
  return node;
}

class Parser {
  readonly #text: string;
  readonly #scanner: Scanner;
  readonly #joiner: Joiner;

  constructor(text: string) {
    this.#text = text;
    this.#scanner = new Scanner(text);
    this.#joiner = new Joiner(text);
  }

  expectEnd(): void {
    if (!this.#scanner.atEnd) throw this.#error('expected and, or, or the end');
  }

  expression(depth: number): Node {
    let left = this.#term(depth);
    for (;;) {
      const operator = this.#scanner.boolean();
      if (!operator) return left;
      const right = this.#term(depth);
      left = this.#joiner.join(operator, left, right);
    }
  }

  #term(depth: number): Node {
    if (depth > MAX_DEPTH) throw this.#error('the expression is nested too deeply');
    const scanner = this.#scanner;
    if (scanner.atEnd) throw this.#error('the expression ends here, a term is missing');
    const start = scanner.at;
    if (scanner.not()) {
      return this.#joiner.not(this.#term(depth + 1), start);
    }
    return scanner.next('(') ? this.#group(start, depth) : this.#primitive(start);
  }

  #group(start: number, depth: number): Node {
    const scanner = this.#scanner;
    scanner.take('(');
    const inner = this.expression(depth + 1);
    if (!scanner.take(')')) throw this.#error('expected and, or, or a closing parenthesis');
    const end = scanner.at;
    if (inner.type !== 'packet') return this.#joiner.group(inner, start, end);
    // `(tcp[0] + 4) * 2 > 100`: the parentheses are of the primitive's arithmetic.
    if (scanner.nextIsArithmetic()) return this.#packet(start);
    return { type: 'packet', start, end };
  }

  #primitive(start: number): Node {
    const scanner = this.#scanner;
    const word = scanner.word();
    if (word === LOST) return { type: 'lost', start, end: scanner.at };
    if (word !== undefined && (TEXT_NAMES.has(word) || NUMBER_NAMES.has(word))) {
      const operator = scanner.comparison();
      if (operator !== undefined) {
        const term = TEXT_NAMES.has(word)
          ? this.#textTerm(start, word as TextKey, operator)
          : this.#numberTerm(start, word as NumberKey, operator);
        if (term) return term;
      } else if (TEXT_NAMES.has(word)) throw this.#error(`${word} needs =, !=, ~ or !~ and a value`);
    }
    scanner.at = start;
    return this.#packet(start);
  }

  #textTerm(start: number, key: TextKey, operator: string): Node {
    if (ORDERS.has(operator)) {
      throw new FilterError(`${key} is a text: it takes =, !=, ~ or !~`, this.#text, start);
    }
    const isExpression = operator === '~' || operator === '!~';
    const spans = this.#values();
    const values = spans.map((value) =>
      isExpression ? this.#regularExpression(value) : this.#word(key, value),
    );
    return { type: 'text', key, operator: operator as TextOperator, values, start, end: spans.at(-1)!.end };
  }

  #word(key: TextKey, { text, start }: Span & { readonly text: string }): string {
    const word = key === 'reason' && text.startsWith(REASON_PREFIX) ? text.slice(REASON_PREFIX.length) : text;
    const fault = impossible(key, word);
    if (fault !== undefined) throw new FilterError(fault, this.#text, start);
    return word;
  }

  #regularExpression({ text, start }: Span & { readonly text: string }): RegularExpression {
    try {
      return new RegularExpression(text);
    } catch (error) {
      throw new FilterError(`wrong regular expression: ${messageOf(error)}`, this.#text, start);
    }
  }

  /** Undefined for libpcap's arithmetic: `len - 10 > 5`, `len > ip[2:2]`. */
  #numberTerm(start: number, key: NumberKey, operator: string): Node | undefined {
    const scanner = this.#scanner;
    if (operator === '~' || operator === '!~')
      throw new FilterError(`${key} is a number: it takes =, !=, <, >, <= or >=`, this.#text, start);
    const from = scanner.at;
    const values = this.#values();
    const numbers = values.map(({ text }) => (/^(?:\d+|0x[\da-f]+)$/i.test(text) ? Number(text) : NaN));
    if (key === 'len' && (numbers.some(Number.isNaN) || scanner.nextIsArithmetic())) return undefined;
    const wrong = numbers.findIndex((number) => !(number <= MAX_NUMBER));
    if (wrong >= 0)
      throw new FilterError('expected a whole number from 0 to 4294967295', this.#text, values[wrong]!.start);
    if (ORDERS.has(operator) && numbers.length > 1)
      throw new FilterError(`${operator} takes one number`, this.#text, values[1]!.start);
    if (scanner.at === from) return undefined;
    return {
      type: 'number',
      key,
      operator: operator as NumberOperator,
      values: numbers,
      start,
      end: values.at(-1)!.end,
    };
  }

  #values(): (Span & { readonly text: string })[] {
    const values = [this.#scanner.value()];
    while (this.#scanner.take(',')) values.push(this.#scanner.value());
    return values;
  }

  /** A primitive of pcap-filter: all up to `and`, `or`, or the parenthesis that closes a group. */
  #packet(start: number): PacketTerm {
    const scanner = this.#scanner;
    let depth = 0;
    let end = scanner.at;
    for (; !scanner.atEnd; end = scanner.at) {
      const before = scanner.at;
      if (depth === 0 && scanner.boolean() !== undefined) {
        scanner.at = before;
        break;
      }
      if (scanner.next(')') && depth === 0) break;
      if (scanner.take('(')) depth++;
      else if (scanner.take(')')) depth--;
      else if (scanner.word() === undefined) scanner.skip();
    }
    if (depth > 0) throw this.#error('a closing parenthesis is missing');
    if (end === start) throw this.#error('a term is missing');
    return { type: 'packet', start, end };
  }

  #error(what: string): FilterError {
    return new FilterError(what, this.#text, this.#scanner.at);
  }
}
