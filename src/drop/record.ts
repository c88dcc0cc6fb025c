import { type DropJson, toDropJson } from './json.js';
import type { DropOrigin } from './origin.js';

/** What is known about one dropped packet. What is not known is undefined. */
export interface DropFields {
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
  /** Input device, in the network namespace where the drop happened (which the kernel does not report). */
  readonly ifindex: number | undefined;
  /** Name of the input device. */
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
  /** The packet's bytes, possibly truncated, in the form that files of its link type have. */
  readonly payload: Uint8Array;
}

/**
 * One dropped packet as an object, for those who want one. The payload of a record that a batch made may be a view of the
 * batch's arena, valid until the batch is released; `copy()` has a payload of its own.
 */
export class DropRecord implements DropFields {
  readonly origin: DropOrigin;
  readonly timestampNs: bigint;
  readonly reason: string | undefined;
  readonly symbol: string | undefined;
  readonly module: string | undefined;
  readonly programCounter: bigint | undefined;
  readonly trap: string | undefined;
  readonly trapGroup: string | undefined;
  readonly ifindex: number | undefined;
  readonly interfaceName: string | undefined;
  readonly interfaceNameSource: 'alert' | 'devices' | undefined;
  readonly cookie: Uint8Array | undefined;
  readonly protocol: number | undefined;
  readonly lostBefore: number;
  readonly linkType: number;
  readonly originalLength: number;
  readonly payload: Uint8Array;

  constructor(fields: DropFields) {
    this.origin = fields.origin;
    this.timestampNs = fields.timestampNs;
    this.reason = fields.reason;
    this.symbol = fields.symbol;
    this.module = fields.module;
    this.programCounter = fields.programCounter;
    this.trap = fields.trap;
    this.trapGroup = fields.trapGroup;
    this.ifindex = fields.ifindex;
    this.interfaceName = fields.interfaceName;
    this.interfaceNameSource = fields.interfaceNameSource;
    this.cookie = fields.cookie;
    this.protocol = fields.protocol;
    this.lostBefore = fields.lostBefore;
    this.linkType = fields.linkType;
    this.originalLength = fields.originalLength;
    this.payload = fields.payload;
  }

  /** The same drop, some fields changed. */
  with(changes: Partial<DropFields>): DropRecord {
    return new DropRecord(Object.assign({}, this as DropFields, changes));
  }

  /** The same drop with a payload of its own: to keep after the batch is released. */
  copy(): DropRecord {
    return this.with({ payload: this.payload.slice() });
  }

  /** What `dropcap --json` prints of the drop (docs/drop.schema.json): JSON.stringify calls this. */
  toJSON(): DropJson {
    return toDropJson(this);
  }
}
