import { UsageError } from '../errors.js';

/** Most characters of the expression that a message repeats. */
const MAX_SHOWN = 60;

/** A filter expression is wrong. The message has what stands at the place of the fault. */
export class FilterError extends UsageError {
  /** Offset of the fault in the expression, in characters. */
  readonly position: number;

  constructor(what: string, expression: string, position: number) {
    const after = expression.slice(position);
    const rest = after.length > MAX_SHOWN ? `${after.slice(0, MAX_SHOWN)}...` : after;
    const place = rest.trim() === '' ? 'at the end' : `at character ${position + 1}: ${rest}`;
    super(`filter: ${what} (${place})`);
    this.position = position;
  }
}
