import { messageOf } from '../errors.js';
import { compileFilter } from '../filter/compileFilter.js';
import { readArguments } from './arguments.js';
import { configText, INTERFACE, interfacesText, linkTypesText } from './sentences.js';

/** What a call prints on standard output, and its exit status. */
export interface Answer {
  readonly text: string;
  readonly status: number;
}

/**
 * Answers a query of Wireshark's extcap protocol. Undefined for a call that asks for a capture. Loads neither the addon
 * nor the code of a capture, except for a filter with terms about packets, which only libpcap can judge.
 */
export function answer(args: readonly string[]): Answer | undefined {
  const options = readArguments(args);
  if (options.has('--capture')) return undefined;
  if (options.has('--extcap-interfaces')) return { text: interfacesText(), status: 0 };
  const filter = options.get('--extcap-capture-filter');
  const asks = options.has('--extcap-dlts') || options.has('--extcap-config') || filter !== undefined;
  if (!asks)
    return { text: 'Wireshark starts this program: dropcap wireshark install makes it known\n', status: 1 };
  const name = options.get('--extcap-interface');
  if (name !== INTERFACE) return { text: '', status: 1 };
  if (options.has('--extcap-dlts')) return { text: linkTypesText(), status: 0 };
  if (options.has('--extcap-config')) return { text: configText(), status: 0 };
  return { text: filterFault(filter ?? ''), status: 0 };
}

/** What is wrong with a capture filter, for people; empty for a valid one. */
function filterFault(text: string): string {
  if (text.trim() === '') return '';
  try {
    compileFilter(text);
    return '';
  } catch (error) {
    return `${messageOf(error)}\n`;
  }
}
