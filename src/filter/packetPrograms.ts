import type { PacketFilter, PacketFilterBinding } from '../binding/packetFilter.js';
import { messageOf } from '../errors.js';
import { LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL, LINKTYPE_RAW } from '../linktype/constants.js';
import { FRAMINGS } from '../linktype/framing.js';
import type { PacketTerm } from './ast.js';
import { FilterError } from './filterError.js';

/** DLT_RAW of Linux: the only data link type of ours whose number in files differs. */
const DLT_RAW = 12;
/** An expression must have a meaning for one of these. */
const COMMON: readonly number[] = [LINKTYPE_ETHERNET, LINKTYPE_RAW, LINKTYPE_LINUX_SLL];
/** libpcap's text for an expression that cannot match, which is no error here: `arp` has no meaning for raw IP. */
const REJECTS_ALL = 'expression rejects all packets';

/** What libpcap says about a name that it cannot look up, for any link type. */
const UNKNOWN = /^unknown /;
/** The only primitive whose programs jump back: a packet whose headers point at themselves never ends them (libpcap 1.10). */
const PROTOCHAIN = /\bprotochain\b/;
const LINK_TYPES = [...new Set(FRAMINGS.map(({ linkType }) => linkType))];

/**
 * The programs of an expression's packet terms, for every link type that a drop can have. All are compiled before the
 * first drop: libpcap looks up host names, and what a name means must not change during a capture.
 */
export class PacketPrograms {
  readonly #text: string;
  readonly #binding: () => PacketFilterBinding;
  readonly #programs = new Map<PacketTerm, ReadonlyMap<number, PacketFilter>>();

  constructor(text: string, binding: () => PacketFilterBinding) {
    this.#text = text;
    this.#binding = binding;
  }

  /**
   * Compiles a term. Resolves its host names.
   * @throws FilterError when libpcap refuses the term for the common link types, when it does not know a name, or when the
   * term asks for what only a kernel knows or may run without end
   */
  add(term: PacketTerm): void {
    if (PROTOCHAIN.test(this.#text.slice(term.start, term.end))) throw this.#runsWithoutEnd(term);
    const programs = new Map<number, PacketFilter>();
    let compiled = false;
    let refusal = '';
    for (const linkType of LINK_TYPES) {
      const result = this.#compile(term, linkType);
      if (typeof result !== 'string') programs.set(linkType, result);
      if (typeof result !== 'string' || result === REJECTS_ALL) compiled ||= COMMON.includes(linkType);
      else if (UNKNOWN.test(result)) throw this.#refused(term, result);
      else refusal ||= result;
    }
    if (!compiled) throw this.#refused(term, refusal);
    if ([...programs.values()].some(({ asksKernel }) => asksKernel)) throw this.#asksKernel(term);
    this.#programs.set(term, programs);
  }

  /** The program of an added term for a link type (LINKTYPE_*); undefined when the term never matches there. */
  of(term: PacketTerm, linkType: number): PacketFilter | undefined {
    return this.#programs.get(term)?.get(linkType);
  }

  /** The program, or libpcap's reason why there is none. */
  #compile({ start, end }: PacketTerm, linkType: number): PacketFilter | string {
    const dataLinkType = linkType === LINKTYPE_RAW ? DLT_RAW : linkType;
    try {
      return new (this.#binding().PacketFilter)(dataLinkType, this.#text.slice(start, end));
    } catch (error) {
      return messageOf(error);
    }
  }

  #refused({ start }: PacketTerm, reason: string): FilterError {
    return new FilterError(`libpcap: ${reason}`, this.#text, start);
  }

  #runsWithoutEnd({ start }: PacketTerm): FilterError {
    const text =
      'protochain can run without end on a damaged packet, so dropcap refuses it (ip6 proto compares the first header)';
    return new FilterError(text, this.#text, start);
  }

  #asksKernel({ start }: PacketTerm): FilterError {
    const text =
      'inbound, outbound and ifindex without = ask the kernel, and never match a dropped packet ' +
      '(ifindex = 3 compares the input device)';
    return new FilterError(text, this.#text, start);
  }
}
