import { messageOf } from '../errors.js';
import { openRecording } from '../source/file/recording.js';
import { openKernelSource } from '../source/live/kernel.js';
import type { DropSource } from '../source/source.js';
import { LiveSymbols } from '../symbols/symbolLookup.js';
import { EXIT_OK, exitStatusOf } from './exitStatus.js';
import { filterOf } from './expression.js';
import { PRIORITY_ERROR, PRIORITY_WARNING } from './journal.js';
import { becomeUser, userOf } from './privileges.js';
import { summaryLines } from './report.js';
import { onEndSignal } from './signals.js';
import { openSymbols } from './symbols.js';
import { printJson, say, writeOutput } from './terminal.js';
import { showTop } from './topScreen.js';
import type { TopOptions } from './topOptions.js';
import { TopRun } from './topRun.js';
import { hasUnicode, topJson, topText } from './topText.js';
import { checkMonitorOptions, whenMonitored } from './monitorOptions.js';

/** Drops may wait so long for others: nobody reads faster than a tenth of a second. */
const GATHER_MS = 100;
const KIB = 1024;
const MILLISECONDS = 1000;
/** Width of a printed table that is not on a terminal: room for the longest name of a flow. */
const WIDE = 250;

/**
 * Shows live what is being dropped, until the user quits; with --once, --json or without a terminal prints it once. Returns the
 * exit status.
 * @throws UsageError, and the errors of opening a source
 */
export async function runTop(options: TopOptions, expression: string): Promise<number> {
  checkMonitorOptions(options, options.read);
  const once = options.once ?? options.json ?? !process.stdout.isTTY;
  // Before drops come: libpcap looks up host names.
  const filter = await filterOf({}, expression);
  for (const doubt of filter?.doubts ?? []) say(`dropcap: filter: ${doubt}`);
  const symbols = await openSymbols(options);
  const user = userOf(options.relinquishPrivileges);
  const source = await openSource(options, once);
  try {
    if (user) becomeUser(user);
  } catch (error) {
    await source.close();
    throw error;
  }
  // Names of places are asked for once a second: the symbols are loaded before the first time.
  if (symbols instanceof LiveSymbols) void symbols.refresh();
  const run = new TopRun(source, symbols, filter, options.window);
  const { summary, failure, notice } = once ? await printOnce(run, options) : await showTop(run, options);
  if (notice !== undefined) say(`dropcap: ${notice}`);
  if (!once || failure !== undefined) for (const text of summaryLines(summary, undefined)) say(text);
  if (failure === undefined) return EXIT_OK;
  say(`dropcap: ${messageOf(failure)}`, PRIORITY_ERROR);
  return exitStatusOf(failure);
}

async function openSource(options: TopOptions, once: boolean): Promise<DropSource> {
  const onNotice = (text: string) => say(`dropcap: ${text}`, PRIORITY_WARNING);
  const { read, queueLength, bufferSize } = options;
  if (read !== undefined) return await openRecording(read, { follow: !once, onNotice });
  return await openKernelSource({
    queueLength,
    receiveBufferBytes: bufferSize === undefined ? undefined : bufferSize * KIB,
    gatherMs: GATHER_MS,
    whenMonitored: whenMonitored(options),
    onNotice,
  });
}

async function printOnce(run: TopRun, options: TopOptions) {
  const { source } = run;
  const end = () =>
    void source.stop().catch((error: unknown) => say(`dropcap: ${messageOf(error)}`, PRIORITY_ERROR));
  const forgetSignals = onEndSignal(end, {
    bytes: () => undefined,
    patienceMs: () => Infinity,
    lossText: () => '',
  });
  let timer: NodeJS.Timeout | undefined;
  if (source.live) {
    if (process.stderr.isTTY) say(`dropcap: counting for ${options.window} s; Ctrl-C ends it earlier`);
    timer = setTimeout(end, options.window * MILLISECONDS);
  }
  const ended = await run.run();
  clearTimeout(timer);
  forgetSignals();
  if (run.symbols instanceof LiveSymbols) await run.symbols.loaded();
  const view = await run.view();
  if (options.json) printJson(topJson(view));
  else {
    const width = process.stdout.isTTY ? process.stdout.columns : WIDE;
    writeOutput(topText(view, options.table, options.all ?? false, width, hasUnicode(process.env)));
  }
  return ended;
}
