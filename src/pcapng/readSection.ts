import { OPT_COMMENT, SHB_HARDWARE, SHB_OS, SHB_USERAPPL } from './constants.js';
import { OPTIONS_OVERRUN, OptionCursor } from './optionCursor.js';

/** Most bytes of a text, and most comments, that are kept: a section header can have 1 MiB of them. */
const MAX_TEXT_BYTES = 1024;
const MAX_COMMENT_BYTES = 4096;
const MAX_COMMENTS = 16;

/** The options of a section header. */
export interface ReadSection {
  readonly hardware: string | undefined;
  readonly os: string | undefined;
  /** The program that wrote the section. */
  readonly application: string | undefined;
  readonly comments: readonly string[];
}

/**
 * Reads the options of a section header, from `start` to `end`. Cuts long texts, and skips comments after the 16th.
 * @param onDamage called with a text for people when the options end after the block.
 */
export function readSection(
  view: DataView,
  start: number,
  end: number,
  littleEndian: boolean,
  onDamage: (what: string) => void = () => {},
): ReadSection {
  const texts = new Map<number, string>();
  const comments: string[] = [];
  const option = new OptionCursor();
  option.reset(view, start, end, littleEndian);
  while (option.next()) {
    const { code } = option;
    if (code === SHB_HARDWARE || code === SHB_OS || code === SHB_USERAPPL) {
      texts.set(code, option.text(MAX_TEXT_BYTES));
    } else if (code === OPT_COMMENT && comments.length < MAX_COMMENTS) {
      comments.push(option.text(MAX_COMMENT_BYTES));
    }
  }
  if (option.overrun) onDamage(OPTIONS_OVERRUN);
  return {
    hardware: texts.get(SHB_HARDWARE),
    os: texts.get(SHB_OS),
    application: texts.get(SHB_USERAPPL),
    comments,
  };
}
