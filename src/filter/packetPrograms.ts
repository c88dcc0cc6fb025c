import type { PacketFilter, PacketFilterBinding } from '../binding/packetFilter.js';
import { messageOf } from '../errors.js';
import { LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL, LINKTYPE_RAW } from '../linktype/constants.js';
import type { PacketTerm } from './ast.js';
import { FilterError } from './filterError.js';

/** DLT_RAW of Linux: the only data link type of ours whose number in files differs. */
const DLT_RAW = 12;
/** An expression must have a meaning for one of these. */
const COMMON = [LINKTYPE_ETHERNET, LINKTYPE_RAW, LINKTYPE_LINUX_SLL];
/** libpcap's text for an expression that cannot match, which is no error here: `arp` has no meaning for raw IP. */
const REJECTS_ALL = 'expression rejects all packets';

/** The programs of an expression's packet terms, compiled when a link type occurs. */
export class PacketPrograms {
  readonly #text: string;
  readonly #binding: () => PacketFilterBinding;
  readonly #programs = new Map<PacketTerm, Map<number, PacketFilter | false>>();

  constructor(text: string, binding: () => PacketFilterBinding) {
    this.#text = text;
    this.#binding = binding;
  }

  /**
   * Compiles a term for common link types. Resolves its host names.
   * @throws FilterError when libpcap refuses the term for all of them, or when it asks for what only a kernel knows
   */
  check(term: PacketTerm): void {
    let refusal: unknown;
    let compiled = false;
    for (const linkType of COMMON) {
      try {
        const program = this.#compile(term, linkType);
        if (program?.asksKernel) throw this.#asksKernel(term);
        compiled = true;
      } catch (error) {
        if (error instanceof FilterError) throw error;
        refusal ??= error;
      }
    }
    if (!compiled) throw new FilterError(`libpcap: ${messageOf(refusal)}`, this.#text, term.start);
  }

  /** The program for a link type (LINKTYPE_*); false when the term never matches there. */
  of(term: PacketTerm, linkType: number): PacketFilter | false {
    let programs = this.#programs.get(term);
    if (!programs) this.#programs.set(term, (programs = new Map()));
    let program = programs.get(linkType);
    if (program === undefined) {
      try {
        program = this.#compile(term, linkType) ?? false;
      } catch {
        program = false; // The term has no meaning for this link type.
      }
      programs.set(linkType, program);
    }
    return program;
  }

  /** Undefined when the term can match no packet. */
  #compile({ start, end }: PacketTerm, linkType: number): PacketFilter | undefined {
    const dataLinkType = linkType === LINKTYPE_RAW ? DLT_RAW : linkType;
    try {
      return new (this.#binding().PacketFilter)(dataLinkType, this.#text.slice(start, end));
    } catch (error) {
      if (messageOf(error) === REJECTS_ALL) return undefined;
      throw error;
    }
  }

  #asksKernel({ start }: PacketTerm): FilterError {
    const text =
      'inbound, outbound and ifindex without = ask the kernel, and never match a dropped packet ' +
      '(ifindex = 3 compares the input device)';
    return new FilterError(text, this.#text, start);
  }
}
