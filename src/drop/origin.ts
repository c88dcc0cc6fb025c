/** What dropped a packet: the kernel's own code (software), or a switch whose driver reports its traps (hardware). */
export type DropOrigin = 'software' | 'hardware';

/**
 * Ends a `switch` over a closed union: a member without a `case` is a compile error at this call.
 * @throws Error when a value from outside TypeScript is not in the union
 */
export function unreachable(value: never): never {
  throw new Error(`not expected: ${String(value)}`);
}
