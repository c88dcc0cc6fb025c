/** Packets for tests, as bytes. */
const MAC_HOST = '020000000001';
const MAC_PEER = '020000000002';

export function fromHex(...parts: string[]): Buffer {
  return Buffer.from(parts.join('').replaceAll(/\s/g, ''), 'hex');
}

/** An IPv4 packet with a correct header checksum: UDP from port 1000 to 9 (discard). The UDP checksum is not checked. */
export function ipv4(payload: Uint8Array = Buffer.from('drop')): Buffer {
  const header = fromHex('4500 0000 0001 0000 40 11 0000 0a000001 0a000002');
  header.writeUInt16BE(28 + payload.length, 2);
  let sum = 0;
  for (let i = 0; i < 20; i += 2) sum += header.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  header.writeUInt16BE(~sum & 0xffff, 10);
  return Buffer.concat([header, udp(payload)]);
}

/** An IPv6 packet with the same contents. */
export function ipv6(payload: Uint8Array = Buffer.from('drop')): Buffer {
  const header = fromHex('60000000 0000 11 40', 'fd00', '00'.repeat(13), '01', 'fd00', '00'.repeat(13), '02');
  header.writeUInt16BE(8 + payload.length, 4);
  return Buffer.concat([header, udp(payload)]);
}

export function ethernet(type: number, contents: Uint8Array, destination: string = MAC_HOST): Buffer {
  const end = Buffer.alloc(2);
  end.writeUInt16BE(type);
  return Buffer.concat([fromHex(destination, MAC_PEER), end, contents]);
}

function udp(payload: Uint8Array): Buffer {
  const header = fromHex('03e8 0009 0000 ffff');
  header.writeUInt16BE(8 + payload.length, 4);
  return Buffer.concat([header, payload]);
}
