/** The options of a call by Wireshark, by their names with dashes. Flags have an empty text. */
export type ExtcapOptions = ReadonlyMap<string, string>;

/** The options that take no value. A word after one of them belongs to no option. */
const FLAGS: ReadonlySet<string> = new Set([
  '--capture',
  '--extcap-interfaces',
  '--extcap-config',
  '--extcap-dlts',
]);

/**
 * Reads the arguments of an extcap call: `--option value` and `--option=value`. A word that begins with `--` is never a
 * value: such an option has none. Later Wiresharks have options that this version does not know: they do no harm. Of an
 * option that is given twice, the last one counts.
 */
export function readArguments(args: readonly string[]): ExtcapOptions {
  const options = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    if (!word.startsWith('--')) continue;
    const equals = word.indexOf('=');
    if (equals >= 0) {
      options.set(word.slice(0, equals), word.slice(equals + 1));
      continue;
    }
    const next = args[i + 1];
    const takes = !FLAGS.has(word) && next !== undefined && !next.startsWith('--');
    options.set(word, takes ? next : '');
    if (takes) i++;
  }
  return options;
}
