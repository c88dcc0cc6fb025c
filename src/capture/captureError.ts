import { DropcapError, messageOf } from '../errors.js';
import type { CaptureSummary } from './capture.js';

/**
 * The error of a capture whose source, stage or outlet failed. `cause` is the first error. `summary` has the counters
 * until then. Everything that the outlets could write is complete.
 */
export class CaptureError extends DropcapError {
  readonly summary: CaptureSummary;

  constructor(summary: CaptureSummary, cause: unknown) {
    super('ERR_DROPCAP_CAPTURE', messageOf(cause), { cause });
    this.summary = summary;
  }
}
