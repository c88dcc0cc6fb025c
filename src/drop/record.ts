import { type DropJson, toDropJson } from './json.js';
import type { DropOrigin } from './origin.js';

/** The facts of one dropped packet. Unknown facts are undefined. */
export interface DropFields {
  readonly origin: DropOrigin;
  /** Time of the drop, nanoseconds since 1970 UTC. */
  readonly timestampNs: bigint;
  /** Drop reason without SKB_DROP_REASON_, such as NO_SOCKET. */
  readonly reason: string | undefined;
  /**
   * Drop point, `function+0xOFFSET/0xSIZE`. The kernel cuts its own text at 39 characters; a symbol lookup gives the
   * whole text.
   */
  readonly symbol: string | undefined;
  /** Module of the drop point; undefined for the kernel's own code, and when the kernel cut the module's name. */
  readonly module: string | undefined;
  readonly programCounter: bigint | undefined;
  /** devlink trap and trap group of a hardware drop. */
  readonly trap: string | undefined;
  readonly trapGroup: string | undefined;
  /** Index of the input device in the drop's network namespace. The kernel does not report which namespace. */
  readonly ifindex: number | undefined;
  /** Name of the input device. */
  readonly interfaceName: string | undefined;
  /**
   * Source of the name: the alert itself (hardware drops), or the devices of the first network namespace, where the
   * index may belong to another device.
   */
  readonly interfaceNameSource: 'alert' | 'devices' | undefined;
  /** Flow action cookie of a hardware drop (NET_DM_ATTR_FLOW_ACTION_COOKIE). */
  readonly cookie: Uint8Array | undefined;
  /** ETH_P_*, host order. */
  readonly protocol: number | undefined;
  /** Drops known to be lost between the capture's previous drop and this drop. */
  readonly lostBefore: number;
  /** LINKTYPE_* of the payload. */
  readonly linkType: number;
  /** Length in bytes before truncation. */
  readonly originalLength: number;
  /** The packet's bytes, possibly truncated, in the form that its link type has in files. */
  readonly payload: Uint8Array;
}

/**
 * One dropped packet as an object. The payload of a record that a batch made may be a view of the batch's arena, valid
 * until the batch is released. The payload of `copy()` belongs to the caller.
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

  /** The same drop with some fields changed. */
  with(changes: Partial<DropFields>): DropRecord {
    return new DropRecord(Object.assign({}, this as DropFields, changes));
  }

  /** The same drop with its own copy of the payload, valid after the batch is released. */
  copy(): DropRecord {
    return this.with({ payload: this.payload.slice() });
  }

  /** The object that `dropcap --json` prints (docs/drop.schema.json). JSON.stringify calls this. */
  toJSON(): DropJson {
    return toDropJson(this);
  }
}
