import type { Node } from './ast.js';
import { FilterError } from './filterError.js';

/**
 * libpcap looks for all that follows one of these words after that header, up to the end of its expression. Not a part of a
 * longer name, and not an escaped name.
 */
const HEADERS = /(?<![\w.\\-])(?:vlan|mpls|pppoes|geneve|vxlan)(?![\w.-])/;

/**
 * Checks that no term has lost the header which an earlier term names: libpcap judges terms apart that have a term about the
 * drop between them, and `vlan and lost and udp` would look for UDP where packets without a tag have it.
 * @param header the word of an earlier term.
 * @returns the word, for the terms after this node
 * @throws FilterError with the place of the term
 */
export function checkHeaders(text: string, node: Node, header?: string): string | undefined {
  if (node.type === 'not') return checkHeaders(text, node.operand, header);
  if (node.type === 'and' || node.type === 'or')
    return node.operands.reduce((word: string | undefined, each) => checkHeaders(text, each, word), header);
  if (node.type !== 'packet') return header;
  if (header === undefined) return HEADERS.exec(text.slice(node.start, node.end))?.[0];
  const what = `a term after ${header} must stand beside it, without a term about the drop between them; or put ${header} last`;
  throw new FilterError(what, text, node.start);
}
