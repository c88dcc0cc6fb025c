/** A place in the kernel's code, by name. */
export interface SymbolPlace {
  /** `function+0xOFFSET/0xSIZE`, as the kernel's %pS writes it. */
  readonly symbol: string;
  /** Module that the function belongs to; undefined for the kernel's own. */
  readonly module: string | undefined;
}

/**
 * Splits the kernel's text for an address. The kernel cuts the text at 39 characters: a module whose closing bracket is
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
