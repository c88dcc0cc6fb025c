/** Where a drop was reported from (NET_DM_ATTR_ORIGIN). */
export type DropOrigin = 'software' | 'hardware';

/** One dropped packet with what is known about it. What is not known is undefined. */
export interface DropRecord {
  readonly origin: DropOrigin;
  /** Time of the drop, nanoseconds since 1970 UTC. */
  readonly timestampNs: bigint;
  /** Drop reason without SKB_DROP_REASON_, such as NO_SOCKET. */
  readonly reason: string | undefined;
  /**
   * Place of the drop, `function+0xOFFSET/0xSIZE`. The kernel's own text is cut at 39 characters; a lookup in its symbols
   * gives the whole.
   */
  readonly symbol: string | undefined;
  /** Module of that place; undefined for the kernel's own code, and where the kernel cut it off. */
  readonly module: string | undefined;
  readonly programCounter: bigint | undefined;
  /** devlink trap and trap group of a hardware drop. */
  readonly trap: string | undefined;
  readonly trapGroup: string | undefined;
  /** Input device, in the network namespace where the drop happened (which the kernel does not tell). */
  readonly ifindex: number | undefined;
  /** Its name. */
  readonly interfaceName: string | undefined;
  /**
   * What gave the name: the alert itself (hardware drops), or the devices of the first network namespace, where another
   * device than the drop's may have the index.
   */
  readonly interfaceNameSource: 'alert' | 'devices' | undefined;
  /** Flow action cookie of a hardware drop (NET_DM_ATTR_FLOW_ACTION_COOKIE). */
  readonly cookie: Uint8Array | undefined;
  /** ETH_P_*, host order. */
  readonly protocol: number | undefined;
  /** Drops that were lost since the one before in the capture, as far as is known. */
  readonly lostBefore: number;
  /** LINKTYPE_* of the payload. */
  readonly linkType: number;
  /** Length in bytes before truncation. */
  readonly originalLength: number;
  /**
   * The packet's bytes, possibly truncated, in the form that files of its link type have. Valid until the batch that it is
   * from is released.
   */
  readonly payload: Uint8Array;
}

/** A place in the kernel's code, by name. */
export interface SymbolPlace {
  /** `function+0xOFFSET/0xSIZE`, as the kernel's %pS writes it. */
  readonly symbol: string;
  /** Module that the function belongs to; undefined for the kernel's own. */
  readonly module: string | undefined;
}

/**
 * Splits the kernel's text for an address. The kernel cuts it at 39 characters: a module whose closing bracket is
 * missing is not known.
 */
export function splitSymbol(text: string): SymbolPlace {
  const bracket = text.indexOf(' [');
  if (bracket < 0) return { symbol: text.trimEnd(), module: undefined };
  const module = text.endsWith(']') ? text.slice(bracket + 2, -1) : undefined;
  return { symbol: text.slice(0, bracket), module };
}

/** A place as the kernel writes it. */
export function joinSymbol({ symbol, module }: SymbolPlace): string {
  return module === undefined ? symbol : `${symbol} [${module}]`;
}
