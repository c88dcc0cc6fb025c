import { AsciiWriter } from '../../src/dissect/asciiWriter.js';

/** The text that `write` writes into room of `most` bytes. Throws when the text is longer. */
export function asciiText(most: number, write: (line: AsciiWriter) => void): string {
  const bytes = Buffer.alloc(most);
  const line = new AsciiWriter();
  line.begin(bytes, 0);
  write(line);
  if (line.at > most) throw new Error(`${line.at} bytes were written into room of ${most}`);
  return bytes.toString('latin1', 0, line.at);
}
