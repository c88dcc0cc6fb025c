import { extname } from 'node:path';

const NUMBER_DIGITS = 5;

/**
 * The name of a dump's file, as dumpcap names its files: number and local time go before the extension.
 * @param timeNs nanoseconds since 1970 UTC
 */
export function dumpName(path: string, number: number, timeNs: bigint): string {
  const extension = extname(path);
  const time = new Date(Number(timeNs / 1_000_000n));
  const parts = [time.getMonth() + 1, time.getDate(), time.getHours(), time.getMinutes(), time.getSeconds()];
  const date = `${time.getFullYear()}${parts.map((part) => String(part).padStart(2, '0')).join('')}`;
  const stem = path.slice(0, path.length - extension.length);
  return `${stem}_${String(number).padStart(NUMBER_DIGITS, '0')}_${date}${extension}`;
}
