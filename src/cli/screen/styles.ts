import type { Style } from '../../top/line.js';

/** The SGR parameters of each style (ECMA-48, 8.3.117). */
export type Styles = Readonly<Record<Style, string>>;

/** Only red, magenta and green: the other basic colours cannot be read on either a light or a dark background. */
const COLOURS: Styles = {
  title: '1',
  heading: '4',
  selected: '7',
  dim: '2',
  bad: '1;31',
  doubtful: '35',
  good: '32',
  key: '1',
};

const MONOCHROME: Styles = { ...COLOURS, bad: '1', doubtful: '4', good: '0' };

/** Kinds of terminals without colours. For them, Node's getColorDepth() counts 16 colours. */
const WITHOUT_COLOURS = /^vt[1-4]\d\d|-m(ono)?$/;

/**
 * The styles for a terminal.
 * @param colorDepth what Node's getColorDepth() says of the terminal: 1 for a terminal without colours
 */
export function stylesFor(env: NodeJS.ProcessEnv, colorDepth: number): Styles {
  const plain = Boolean(env['NO_COLOR']) || WITHOUT_COLOURS.test(env['TERM'] ?? '') || colorDepth === 1;
  return plain ? MONOCHROME : COLOURS;
}
