/** A position in the kernel's code, by name. */
export interface SymbolPlace {
  /** `function+0xOFFSET/0xSIZE`, as the kernel's %pS writes it. */
  readonly symbol: string;
  /** Module of the function; undefined for the kernel's own code. */
  readonly module: string | undefined;
}

/**
 * Splits the kernel's text for an address. The kernel cuts the text at 39 characters: without the closing bracket, the
 * module's name is incomplete and the result has no module.
 */
export function splitSymbol(text: string): SymbolPlace {
  const bracket = text.indexOf(' [');
  if (bracket < 0) return { symbol: text.trimEnd(), module: undefined };
  const module = text.endsWith(']') ? text.slice(bracket + 2, -1) : undefined;
  return { symbol: text.slice(0, bracket), module };
}

/** The text for a symbol as the kernel writes it: `symbol [module]`. */
export function joinSymbol({ symbol, module }: SymbolPlace): string {
  return module === undefined ? symbol : `${symbol} [${module}]`;
}
