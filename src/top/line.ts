/** How a piece of text looks. The screen decides what that is: a colour, or bold and reverse video. */
export type Style = 'title' | 'heading' | 'selected' | 'dim' | 'bad' | 'doubtful' | 'good' | 'key';

/** A piece of a line: characters of one cell each, none of them a control character. */
export interface Span {
  readonly text: string;
  readonly style?: Style | undefined;
}

/** A line of the screen. */
export type Line = readonly Span[];
