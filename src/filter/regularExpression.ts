import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';

/** A regular expression of RE2 (re2js). It takes time in proportion to the text: it cannot run away. */
export class RegularExpression {
  readonly text: string;
  readonly #compiled: RE2JS;

  /** @throws Error with RE2's reason when the expression is wrong */
  constructor(text: string) {
    this.text = text;
    // Seldom needed, and it takes longer to load than dropcap.
    const { RE2JS } = createRequire(import.meta.url)('re2js') as typeof import('re2js');
    this.#compiled = RE2JS.compile(text);
  }

  /** Whether a part of the text fits. */
  isIn(text: string): boolean {
    return this.#compiled.matcher(text).find();
  }
}
