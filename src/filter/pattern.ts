/** Whether the text fits a pattern in which `*` stands for any characters. Takes time in proportion to both lengths. */
export function fitsPattern(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  const last = parts.pop()!;
  const [first = '', ...middle] = parts;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of middle) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
