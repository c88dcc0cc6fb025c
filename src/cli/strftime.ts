import { UsageError } from '../errors.js';

const two = (value: number) => String(value).padStart(2, '0');
/** A name of the C locale, whatever the user's language: names of files must sort and fit scripts. */
const named = (time: Date, options: Intl.DateTimeFormatOptions) => time.toLocaleString('en-US', options);
const dayOfYear = (time: Date) =>
  Math.round(
    (Date.UTC(time.getFullYear(), time.getMonth(), time.getDate()) - Date.UTC(time.getFullYear(), 0)) / 864e5,
  ) + 1;

/** The directives of strftime(3) that names of files use, in local time. */
const DIRECTIVES: Readonly<Record<string, (time: Date) => string>> = {
  '%': () => '%',
  Y: (time) => String(time.getFullYear()),
  y: (time) => two(time.getFullYear() % 100),
  m: (time) => two(time.getMonth() + 1),
  d: (time) => two(time.getDate()),
  H: (time) => two(time.getHours()),
  M: (time) => two(time.getMinutes()),
  S: (time) => two(time.getSeconds()),
  F: (time) => format('%Y-%m-%d', time),
  T: (time) => format('%H:%M:%S', time),
  R: (time) => format('%H:%M', time),
  s: (time) => String(Math.floor(time.getTime() / 1000)),
  j: (time) => String(dayOfYear(time)).padStart(3, '0'),
  u: (time) => String(time.getDay() || 7),
  w: (time) => String(time.getDay()),
  a: (time) => named(time, { weekday: 'short' }),
  A: (time) => named(time, { weekday: 'long' }),
  b: (time) => named(time, { month: 'short' }),
  B: (time) => named(time, { month: 'long' }),
};

/**
 * Replaces the directives of strftime(3) in a file's name.
 * @throws UsageError for a directive that is not known
 */
export function format(name: string, time: Date): string {
  return name.replace(/%(.?)/gu, (directive, letter: string) => {
    const replace = Object.hasOwn(DIRECTIVES, letter) ? DIRECTIVES[letter] : undefined;
    if (replace) return replace(time);
    const known = Object.keys(DIRECTIVES).map((key) => `%${key}`);
    throw new UsageError(`${directive} in ${name} is not known (known are ${known.join(' ')})`);
  });
}
