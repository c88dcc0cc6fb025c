/** Most indices that are related to another. This limit bounds the memory that a hostile recording can take. */
const MAX_RELATED = 131_072;

/**
 * Groups of devices of one host: a bridge or bond with its ports, and devices with those that are above or below them,
 * such as VLAN, macvlan and veth devices. A frame can pass several devices of a group with the address of one of them.
 * Groups only grow: a device that leaves a bridge stays related to it, since drops of before may still be queued.
 */
export class DeviceGroups {
  /** By index: an index that leads to the one that stands for the group. An index that is not here is alone. */
  readonly #next = new Map<number, number>();

  /** Puts both indices, and those related to them, into one group. Does nothing when there are too many. */
  join(ifindex: number, other: number): void {
    const [from, to] = [this.#find(ifindex), this.#find(other)];
    if (from !== to && this.#next.size < MAX_RELATED) this.#next.set(from, to);
  }

  /** Whether both indices belong to one group. */
  related(ifindex: number, other: number): boolean {
    return this.#find(ifindex) === this.#find(other);
  }

  #find(ifindex: number): number {
    let at = ifindex;
    for (let next = this.#next.get(at); next !== undefined; next = this.#next.get(at)) {
      // Halves the way for the next search.
      const after = this.#next.get(next);
      if (after !== undefined) this.#next.set(at, after);
      at = after ?? next;
    }
    return at;
  }
}
