/** Bytes of an IP address. IPv6 may have `::`. */
export function ip(text: string): Uint8Array {
  if (!text.includes(':')) return Uint8Array.from(text.split('.'), Number);
  const [start = '', end = ''] = text.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)));
  const [first, last] = [groups(start), groups(end)];
  const zeros = Array<number>(8 - first.length - last.length).fill(0);
  return Uint8Array.from([...first, ...zeros, ...last].flatMap((group) => [group >> 8, group & 0xff]));
}

/** An IP address as text: IPv6 as 8 groups of 4 digits. */
export function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  return Buffer.from(bytes).toString('hex').match(/.{4}/g)!.join(':');
}

/** Bytes of a MAC address. */
export function mac(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll(':', ''), 'hex'));
}

/** A MAC address as text. */
export function macText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').match(/../g)!.join(':');
}
