import { messageOf } from '../errors.js';
import { mainCauseOf, matchOf } from '../top/rowMatch.js';
import type { Line } from '../top/line.js';
import { type Page, pageOf } from '../top/pages.js';
import { rowLines } from '../top/rowLines.js';
import { gone } from '../top/rows.js';
import { selectedRow } from '../top/shownRows.js';
import { type Action, firstState, type Key, press, type TopState } from '../top/state.js';
import type { RowMatch } from '../top/lastPackets.js';
import type { TopRow, TopView } from '../top/view.js';
import { filterOf } from './expression.js';
import { openScreen, type Screen } from './screen/screen.js';
import { die, onEndSignal } from './signals.js';
import { printable } from './terminal.js';
import type { TopOptions } from './topOptions.js';
import type { TopEnd, TopRun } from './topRun.js';
import { hasUnicode } from './topText.js';
import { TopWriting } from './topWriting.js';

const REFRESH_MS = 1000;
/** Time without a taken byte after which a signal ends the process although the file of a row is not complete. */
const PATIENCE_MS = 10_000;
/** How long a message is shown. */
const MESSAGE_MS = 8000;

/**
 * Shows the drops of a source on the terminal until the user quits or a signal comes.
 * @throws UsageError for a terminal that cannot show it
 */
export async function showTop(run: TopRun, options: TopOptions): Promise<TopEnd> {
  let screen: Screen;
  try {
    screen = openScreen();
  } catch (error) {
    await run.source.close();
    throw error;
  }
  try {
    return await new TopScreen(run, screen, options).run();
  } finally {
    screen.close();
  }
}

class TopScreen {
  readonly #run: TopRun;
  readonly #screen: Screen;
  readonly #unicode = hasUnicode(process.env);
  #state: TopState;
  #view: TopView | undefined;
  #page: Page | undefined;
  /** The row of the page about a row: it stays when the row leaves the window. */
  #row: TopRow | undefined;
  #rowMatch: RowMatch | undefined;
  /** What most drops of this row had when its page was opened. */
  #rowCause: number | undefined;
  readonly #writing: TopWriting;
  #message = '';
  #messageTimer: NodeJS.Timeout | undefined;
  #end = () => {};
  #ending = false;
  #ended = false;

  constructor(run: TopRun, screen: Screen, options: TopOptions) {
    this.#run = run;
    this.#screen = screen;
    this.#writing = new TopWriting(run, () => void this.#endWriting());
    this.#state = firstState(options.table, options.all ?? false);
  }

  async run(): Promise<TopEnd> {
    const { source } = this.#run;
    const quit = new Promise<void>((resolve) => (this.#end = resolve));
    const forgetSignals = onEndSignal(this.#end, {
      bytes: () => this.#writing.bytes,
      patienceMs: () => PATIENCE_MS,
      lossText: () => 'the file of the row takes no more bytes: it is not complete',
    });
    this.#screen.onKey((key) => this.#press(key));
    this.#screen.onResize(() => this.#draw());
    this.#screen.onGone(this.#end);
    this.#screen.onSay((text) => this.#say(text));
    const running = this.#run.run();
    // A source that ends by itself stays on the screen; one that failed ends the view.
    void running.then(({ failure }) => {
      this.#ended = true;
      if (failure === undefined) this.#say(`the source ended; q quits. ${this.#message}`);
      else this.#end();
    });
    const timer = setInterval(() => void this.#refresh(), REFRESH_MS);
    void this.#refresh();
    await quit;
    clearInterval(timer);
    clearTimeout(this.#messageTimer);
    await source.stop().catch(() => {}); // The capture reports it.
    const ended = await running;
    try {
      return { ...ended, notice: await this.#writing.end() };
    } catch (failure) {
      return { failure, ...ended };
    } finally {
      forgetSignals();
    }
  }

  /** A second time ends the process at once: an output that takes no bytes makes the first one wait. */
  #quit(): void {
    if (this.#ending) die('SIGINT');
    this.#ending = true;
    this.#end();
    this.#say('ending; q or ctrl-c ends at once');
  }

  async #refresh(): Promise<void> {
    try {
      if (!this.#state.paused || !this.#view) this.#view = await this.#run.view();
    } catch (error) {
      this.#say(messageOf(error));
    }
    this.#run.counts.packets.refresh();
    this.#draw();
  }

  #draw(): void {
    const view = this.#view;
    if (!view) return;
    const { columns, rows } = this.#screen.size;
    this.#page = pageOf(view, this.#state, {
      columns,
      rows,
      unicode: this.#unicode,
      flag: this.#flag,
      message: this.#message,
      rowLines: this.#state.page === 'row' ? this.#rowLines(view, columns) : [],
    });
    this.#screen.draw(this.#page.lines, this.#page.cursor);
  }

  get #flag(): string {
    const flags = [this.#ended && 'ENDED', this.#state.paused && 'PAUSED', this.#writing.text];
    return flags.filter(Boolean).join('  ');
  }

  #rowLines(view: TopView, columns: number): Line[] {
    const { counts, namesOf } = this.#run;
    const { table, selected } = this.#state;
    const now = view.tables[table].find(({ name }) => name === selected);
    if (now) this.#row = now;
    const row = now ?? (this.#row && gone(this.#row));
    if (!row) return [];
    return rowLines({
      row,
      view,
      cause: this.#rowCause === undefined ? undefined : namesOf(this.#rowCause),
      packets: counts.packets.watched,
      columns,
      unicode: this.#unicode,
    });
  }

  #press(key: Key): void {
    const view = this.#view;
    if (!view || !this.#page) {
      // Nothing is shown yet, and perhaps never: the statistics may not come.
      if (key.name === 'q' || (key.ctrl && key.name === 'c')) this.#quit();
      return;
    }
    const { pageRows, maxScroll } = this.#page;
    const shown = { view, pageRows, maxScroll, writing: this.#writing.active };
    const { state, action } = press(this.#state, key, shown);
    this.#state = state;
    this.#message = '';
    if (action) this.#act(action, view);
    this.#draw();
  }

  #act(action: Action, view: TopView): void {
    const { counts, namesOf } = this.#run;
    switch (action.of) {
      case 'quit':
        this.#quit();
        return;
      case 'suspend':
        this.#screen.suspend();
        return;
      case 'redraw':
        this.#screen.redraw();
        return;
      case 'open':
        this.#row = selectedRow(view, this.#state);
        this.#rowCause = mainCauseOf(counts, namesOf, this.#state.table, this.#row!.name);
        this.#rowMatch = this.#match(this.#row!.name);
        if (this.#rowMatch) counts.packets.watch(this.#rowMatch);
        return;
      case 'close':
        counts.packets.unwatch();
        return;
      case 'filter':
        void this.#setFilter(action.expression).catch((error: unknown) => this.#say(messageOf(error)));
        return;
      case 'write':
        void this.#write(action.path).catch((error: unknown) => this.#say(messageOf(error)));
        return;
      case 'endWriting':
        void this.#endWriting();
    }
  }

  #match(row: string) {
    return matchOf(this.#run.counts, this.#run.namesOf, this.#state.table, row);
  }

  async #setFilter(expression: string): Promise<void> {
    const filter = await filterOf({}, expression);
    if (this.#ended) return this.#say('the source ended: no drop is left to choose');
    await this.#endWriting(); // The file names the filter that chose its drops.
    this.#run.filter = filter;
    for (const doubt of filter?.doubts ?? []) this.#say(`filter: ${doubt}`);
    await this.#refresh();
  }

  async #write(path: string): Promise<void> {
    const { page, selected: row } = this.#state;
    if (path === '' || row === undefined || this.#writing.active) return;
    const match = page === 'row' ? this.#rowMatch : this.#match(row);
    if (!match) return this.#say('the row has left the window: no drop shows which packets it has');
    await this.#writing.begin(path, row, match);
    this.#draw();
  }

  async #endWriting(): Promise<void> {
    try {
      const text = await this.#writing.end();
      if (text !== undefined) this.#say(text);
    } catch (error) {
      this.#say(messageOf(error));
    }
  }

  /** Shows a message for some seconds. */
  #say(text: string): void {
    this.#message = printable(text).replace(/^dropcap: /, '');
    clearTimeout(this.#messageTimer);
    this.#messageTimer = setTimeout(() => {
      this.#message = '';
      this.#draw();
    }, MESSAGE_MS);
    this.#draw();
  }
}
