/** Who dropped a packet: the kernel's own code, or a switch, whose driver reports its traps to the kernel. */
export type DropOrigin = 'software' | 'hardware';

/**
 * Ends a `switch` over a closed union: a member that has no `case` is a compile error here.
 * @throws Error when a value from outside of TypeScript is none of the union's.
 */
export function unreachable(value: never): never {
  throw new Error(`not expected: ${String(value)}`);
}
