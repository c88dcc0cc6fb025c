import { FilterError } from './filterError.js';
import type { Span } from './ast.js';

const SPACE = /\s*/y;
/** A word of an expression: a key, a name, a number, an address. */
const WORD = /[\w.:/\\@%*?$+-]+/y;
const COMPARISON = /==|!=|<=|>=|!~|=|<|>|~/y;
/** What stands in the place of an arithmetic or relational operator after a primitive's closing parenthesis. */
const ARITHMETIC = /<<|>>|[-+*/%&|^]|==|!=|<=|>=|[=<>]/y;
const BOOLEAN = /(?:and|or)(?![\w.:/-])|&&|\|\|/y;
const NOT = /not(?![\w.:/-])|!(?![=~])/y;
/**
 * A value after a comparison: up to a blank, a comma, a parenthesis, && or ||, or in quotation marks. There, \" is a quotation
 * mark, and any other backslash is a part of the value: regular expressions have them.
 */
const QUOTED = /"(?:[^"\\]|\\.)*"/y;
const BARE_VALUE = /(?:(?!&&|\|\|)[^\s,()"])+/y;

/** Reads an expression from left to right. */
export class Scanner {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get atEnd(): boolean {
    this.#match(SPACE);
    return this.at === this.text.length;
  }

  /** Takes a character if it is the next one. */
  take(character: string): boolean {
    if (this.atEnd || this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  next(character: string): boolean {
    return !this.atEnd && this.text[this.at] === character;
  }

  boolean(): 'and' | 'or' | undefined {
    const found = this.atEnd ? undefined : this.#match(BOOLEAN);
    if (found === undefined) return undefined;
    return found === 'and' || found === '&&' ? 'and' : 'or';
  }

  not(): boolean {
    return !this.atEnd && this.#match(NOT) !== undefined;
  }

  word(): string | undefined {
    return this.atEnd ? undefined : this.#match(WORD);
  }

  comparison(): string | undefined {
    const found = this.atEnd ? undefined : this.#match(COMPARISON);
    return found === '==' ? '=' : found;
  }

  /** Whether an arithmetic or relational operator is next. Takes nothing. */
  nextIsArithmetic(): boolean {
    if (this.atEnd) return false;
    const { at } = this;
    if (this.boolean() !== undefined) {
      this.at = at;
      return false;
    }
    const found = this.#match(ARITHMETIC) !== undefined;
    this.at = at;
    return found;
  }

  /** A value of a comparison. @throws FilterError when there is none */
  value(): Span & { readonly text: string } {
    const start = this.atEnd ? this.text.length : this.at;
    const quoted = this.#match(QUOTED);
    if (quoted !== undefined)
      return { start, end: this.at, text: quoted.slice(1, -1).replaceAll('\\"', '"') };
    const bare = this.#match(BARE_VALUE);
    if (bare !== undefined) return { start, end: this.at, text: bare };
    const [first] = this.text.slice(start);
    let text = 'a value is missing';
    if (first === '"') text = 'a closing quotation mark is missing';
    else if (first === '(') text = 'a value with parentheses needs quotation marks';
    throw new FilterError(text, this.text, start);
  }

  /** Skips one character of a primitive. */
  skip(): void {
    this.at++;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }
}
