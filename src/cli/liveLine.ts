import type { CaptureStatus } from './captureStatus.js';
import { NO_DROPS, RecentWindow } from './recentDrops.js';
import { fittedStatus } from './statusText.js';
import { removeLine, showLine } from './terminal.js';

/** Time from a batch to the line with its drops. */
const REDRAW_MS = 200;
/** Time between two lines while no drop comes, until the rate is 0. */
const REFRESH_MS = 1000;
/** Of a terminal that does not report its width. */
const DEFAULT_COLUMNS = 80;

/**
 * A line on standard error's terminal with the status of a running capture. Draws after changes. Without a drop, it
 * draws until the rate is 0, and then does nothing: an idle capture does not wake up.
 */
export class LiveLine {
  readonly #status: CaptureStatus;
  readonly #recent: RecentWindow;
  #timer: NodeJS.Timeout | undefined;
  /** Whether the timer runs because of a change. */
  #changed = false;
  #ended = false;
  readonly #onResize = () => this.update();

  constructor(status: CaptureStatus) {
    this.#status = status;
    this.#recent = new RecentWindow({ ...NO_DROPS, ms: performance.now() });
    process.stderr.on('resize', this.#onResize);
    this.update();
  }

  /** Draws within REDRAW_MS, with the counters as they are then. Cheap: called for each batch. */
  update(): void {
    if (this.#changed) return;
    this.#changed = true;
    this.#drawIn(REDRAW_MS);
  }

  /** Removes the line. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    process.stderr.off('resize', this.#onResize);
    removeLine();
  }

  #drawIn(ms: number): void {
    clearTimeout(this.#timer);
    // A source whose statistics fail reports the error at the end of the capture.
    this.#timer = setTimeout(() => void this.#draw().catch(() => {}), ms);
  }

  async #draw(): Promise<void> {
    this.#changed = false;
    const facts = await this.#status.facts();
    if (this.#ended) return;
    const recent = this.#recent.add(this.#status.sample());
    // A line as wide as the terminal would wrap, and each redraw would scroll.
    const width = (process.stderr.columns || DEFAULT_COLUMNS) - 1;
    showLine(fittedStatus(facts, recent, width));
    if (recent.perSecond > 0 && !this.#changed) this.#drawIn(REFRESH_MS);
  }
}
