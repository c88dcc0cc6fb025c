/**
 * Netlink messages for tests, in either byte order. Does not use src/netlink on purpose: a test then finds a mistake that
 * only one of the two has.
 */
export const FAMILY_ID = 0x23;
export const GENERIC = 16;
export const ROUTE = 0;
export const NETFILTER = 12;

export function u16(value: number, little: boolean): Buffer {
  const bytes = Buffer.alloc(2);
  if (little) bytes.writeUInt16LE(value);
  else bytes.writeUInt16BE(value);
  return bytes;
}

export function u32(value: number, little: boolean): Buffer {
  const bytes = Buffer.alloc(4);
  if (little) bytes.writeUInt32LE(value);
  else bytes.writeUInt32BE(value);
  return bytes;
}

export function u64(value: bigint, little: boolean): Buffer {
  const bytes = Buffer.alloc(8);
  if (little) bytes.writeBigUInt64LE(value);
  else bytes.writeBigUInt64BE(value);
  return bytes;
}

/** `bytes`, then zeros up to a multiple of 4. */
export function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

/** An attribute: length, type, value, padding. */
export function attribute(type: number, value: Uint8Array, little = true): Buffer {
  return padded(Buffer.concat([u16(4 + value.length, little), u16(type, little), value]));
}

/** A string attribute's value: the kernel ends it with a NUL. */
function cString(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'latin1');
}

export interface MessageHeader {
  readonly type: number;
  readonly flags?: number;
  readonly sequence?: number;
  readonly portId?: number;
}

export function netlinkMessage(header: MessageHeader, body: Uint8Array, little = true): Buffer {
  return padded(
    Buffer.concat([
      u32(16 + body.length, little),
      u16(header.type, little),
      u16(header.flags ?? 0, little),
      u32(header.sequence ?? 0, little),
      u32(header.portId ?? 0, little),
      body,
    ]),
  );
}

/** A packet of a recording: the cooked header of 16 bytes, big-endian, then the messages. */
export function netlinkRecord(family: number, ...messages: Uint8Array[]): Buffer {
  return Buffer.concat([u16(4, false), u16(824, false), Buffer.alloc(10), u16(family, false), ...messages]);
}

/** nlctrl's answer that names a family. */
export function familyAnswer(id = FAMILY_ID, name = 'NET_DM', little = true): Buffer {
  const body = [
    Buffer.of(1, 2, 0, 0),
    attribute(2, cString(name), little),
    attribute(1, u16(id, little), little),
  ];
  return netlinkMessage({ type: 16, sequence: 1, portId: 7 }, Buffer.concat(body), little);
}

/** RTM_NEWLINK: struct ifinfomsg, IFLA_IFNAME. */
export function newLink(ifindex: number, deviceType: number, name: string, little = true): Buffer {
  const info = [Buffer.of(0, 0), u16(deviceType, little), u32(ifindex, little), Buffer.alloc(8)];
  return netlinkMessage({ type: 16 }, Buffer.concat([...info, attribute(3, cString(name), little)]), little);
}

/** The attributes of a packet alert. An undefined attribute is left out. */
export interface AlertFields {
  readonly hardware?: boolean | undefined;
  readonly pc?: bigint | undefined;
  readonly reason?: string | undefined;
  readonly symbol?: string | undefined;
  readonly trapGroup?: string | undefined;
  readonly trap?: string | undefined;
  readonly ifindex?: number | undefined;
  readonly portName?: string | undefined;
  readonly cookie?: Uint8Array | undefined;
  readonly timestampNs: bigint;
  readonly originalLength: number;
  readonly protocol?: number | undefined;
  readonly payload?: Uint8Array | undefined;
  /** Attributes of types that no kernel has yet, before the time stamp. */
  readonly newer?: readonly (readonly [type: number, value: Uint8Array])[] | undefined;
}

/** NET_DM_CMD_PACKET_ALERT with its attributes in the kernel's order. */
export function packetAlert(fields: AlertFields, little = true, familyId: number = FAMILY_ID): Buffer {
  const parts: Buffer[] = [];
  const put = (type: number, value: Uint8Array | undefined) => {
    if (value) parts.push(attribute(type, value, little));
  };
  const text = (value: string | undefined) => (value === undefined ? undefined : cString(value));
  put(14, u16(fields.hardware ? 1 : 0, little));
  put(2, fields.pc === undefined ? undefined : u64(fields.pc, little));
  put(23, text(fields.reason));
  put(3, text(fields.symbol));
  put(15, text(fields.trapGroup));
  put(16, text(fields.trap));
  const port: Buffer[] = [];
  if (fields.ifindex !== undefined) port.push(attribute(0, u32(fields.ifindex, little), little));
  if (fields.portName !== undefined) port.push(attribute(1, cString(fields.portName), little));
  // The kernel writes the nest in software's alerts even when it is empty.
  if (!fields.hardware || port.length > 0) put(0x8000 | 4, Buffer.concat(port));
  put(22, fields.cookie);
  for (const [type, value] of fields.newer ?? []) put(type, value);
  put(5, u64(fields.timestampNs, little));
  put(10, u32(fields.originalLength, little));
  put(6, fields.protocol === undefined ? undefined : u16(fields.protocol, little));
  put(7, fields.payload);
  return netlinkMessage({ type: familyId }, Buffer.concat([Buffer.of(5, 2, 0, 0), ...parts]), little);
}
