import { UsageError } from '../errors.js';

/** A filter expression is wrong. The message has what stands at the place of the fault. */
export class FilterError extends UsageError {
  /** Offset of the fault in the expression, in characters. */
  readonly position: number;

  constructor(what: string, expression: string, position: number) {
    const rest = expression.slice(position);
    const place = rest.trim() === '' ? 'at the end' : `at character ${position + 1}: ${rest}`;
    super(`filter: ${what} (${place})`);
    this.position = position;
  }
}
