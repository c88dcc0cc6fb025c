/** What the class of a drop and of noise depends on. A DropKind and a DropRecord have these facts. */
export interface DropCause {
  /** Drop reason without SKB_DROP_REASON_. */
  readonly reason?: string | undefined;
  /** devlink trap of a hardware drop. */
  readonly trap?: string | undefined;
  /** `function+0xOFFSET/0xSIZE` of the drop point. */
  readonly symbol?: string | undefined;
}

/** The reason that says nothing about the cause. */
export const NOT_SPECIFIED = 'NOT_SPECIFIED';

/**
 * Name of a symbol's function, without what the compiler added (`.isra.0`, `.constprop.0`). Empty when the symbol has no
 * offset: it is an address, or the kernel cut the name.
 */
export function functionOf(symbol = ''): string {
  const plus = symbol.indexOf('+');
  return plus < 0 ? '' : symbol.slice(0, plus).replace(/\..*/s, '');
}
