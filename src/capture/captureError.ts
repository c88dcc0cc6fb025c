import { DropcapError, messageOf } from '../errors.js';
import type { CaptureSummary } from './capture.js';

/**
 * A source or a sink failed in the course of a capture. `cause` is its error; `summary` is what the capture came to
 * until then, and what of it the sink could take is whole.
 */
export class CaptureError extends DropcapError {
  readonly summary: CaptureSummary;

  constructor(summary: CaptureSummary, cause: unknown) {
    super('ERR_DROPCAP_CAPTURE', messageOf(cause), { cause });
    this.summary = summary;
  }
}
