import { fstatSync } from 'node:fs';

/** Priorities of lines in systemd's journal: those of syslog (sd-daemon(3)). */
export const PRIORITY_ERROR = 3;
export const PRIORITY_WARNING = 4;
export const PRIORITY_INFO = 6;

/** A priority of a line. `journalctl -p warning` shows the lines with this priority or a more serious one. */
export type Priority = typeof PRIORITY_ERROR | typeof PRIORITY_WARNING | typeof PRIORITY_INFO;

const STANDARD_ERROR = 2;
let atJournal: boolean | undefined;

/** The beginning of a line on standard error: `<4>` if systemd's journal reads it, else nothing. */
export function journalPrefix(priority: Priority): string {
  atJournal ??= isJournal(process.env['JOURNAL_STREAM'], STANDARD_ERROR);
  return atJournal ? `<${priority}>` : '';
}

/**
 * Whether a descriptor is the stream to the journal that systemd opened.
 * @param stream value of JOURNAL_STREAM: `DEVICE:INODE` of the stream (systemd.exec(5)). A program with another
 * standard error may inherit the variable.
 */
function isJournal(stream: string | undefined, fd: number): boolean {
  if (stream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return stream === `${dev}:${ino}`;
  } catch {
    return false; // The descriptor is closed.
  }
}
