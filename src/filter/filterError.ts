import { UsageError } from '../errors.js';

/** A filter expression is wrong. The message has the expression, and a mark below the place. */
export class FilterError extends UsageError {
  /** Offset of the fault in the expression, in characters. */
  readonly position: number;

  constructor(what: string, expression: string, position: number) {
    super(`filter: ${what}\n  ${expression}\n  ${' '.repeat(position)}^`);
    this.position = position;
  }
}
