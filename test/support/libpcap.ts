import { loadBinding } from '../../src/binding/load.js';
import { noteMissing } from './skipped.js';

/**
 * Whether libpcap is missing, so that tests of terms about packets must be skipped: for `describe.skipIf`. The end of the
 * run reports it. In continuous integration (CI is set) a missing libpcap throws: no test may be skipped.
 */
export function lacksLibpcap(): boolean {
  if (loadBinding().pcapVersion() !== undefined) return false;
  const text = 'the tests need libpcap (Debian: apt install libpcap0.8)';
  if (process.env['CI']) throw new Error(text);
  noteMissing(['libpcap']);
  return true;
}
