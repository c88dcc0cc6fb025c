import { closeSync, constants, openSync } from 'node:fs';
import { errnoOf, messageOf } from '../errors.js';
import { readArguments } from '../extcap/arguments.js';
import { CAPTURED_CONTROL, LOG_CONTROL, LOST_CONTROL } from '../extcap/sentences.js';
import { Toolbar } from '../extcap/toolbar.js';
import type { SourceStatistics } from '../source/source.js';
import { runCapture } from './captureCommand.js';
import type { CaptureFollower } from './captureRun.js';
import { EXIT_FAILED, EXIT_NO_PERMISSION, EXIT_OK, exitStatusOf } from './exitStatus.js';
import { filterOf } from './expression.js';
import { captureOptionsOf, expressionsOf } from './extcapOptions.js';
import type { CliOptions } from './options.js';
import { say } from './terminal.js';

const { O_NONBLOCK, O_WRONLY } = constants;
const ENXIO = 6;
const RETRY_MS = 50;
const READER_TIMEOUT_MS = 5000;

const REFRESH_MS = 1000;
const NO_PERMISSION =
  'this user may not capture dropped packets (run dropcap doctor in a terminal: it shows the commands that allow it)';

/**
 * Captures for Wireshark: the arguments are those of an extcap call with --capture. Wireshark shows every line on standard
 * error as an error: so there is none but that of a failure. Returns the exit status.
 */
export async function captureForWireshark(args: readonly string[]): Promise<number> {
  const call = readArguments(args);
  let options: CliOptions;
  let expression: string;
  try {
    options = captureOptionsOf(call);
    expression = await joined(expressionsOf(call));
  } catch (error) {
    const status = fail(error);
    await releaseReader(call.get('--fifo'), endOfCapture());
    return status;
  }
  // Not before: libpcap may wait long for the name of a host, and a signal must end that.
  const signal = endOfCapture();
  let toolbar: Toolbar | undefined;
  try {
    toolbar = new Toolbar(call.get('--extcap-control-in'), call.get('--extcap-control-out'));
    const status = await runCapture(options, expression, { follower: follow(toolbar), signal });
    return status === EXIT_OK ? EXIT_OK : EXIT_FAILED;
  } catch (error) {
    const status = fail(error);
    await releaseReader(call.get('--fifo'), signal);
    return status;
  } finally {
    toolbar?.close();
  }
}

/**
 * Asked to end by SIGTERM and SIGINT, from now to the end of the program. A capture that fails closes the FIFO before its
 * error is reported. Wireshark then sends SIGTERM, which must not end the program without the error.
 */
function endOfCapture(): AbortSignal {
  const end = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => end.abort());
  return end.signal;
}

function fail(error: unknown): number {
  const refused = exitStatusOf(error) === EXIT_NO_PERMISSION && process.geteuid?.() !== 0;
  say(`dropcap: ${refused ? NO_PERMISSION : messageOf(error)}`);
  return EXIT_FAILED;
}

/**
 * Opens and closes the FIFO when the capture cannot begin. Otherwise dumpcap would wait for its writer for ever, and
 * Wireshark for dumpcap (4.0.17). Waits for dumpcap, which starts at the same time, but not after Wireshark
 * asked for the end.
 */
async function releaseReader(fifo: string | undefined, signal: AbortSignal): Promise<void> {
  if (!fifo) return;
  for (let waited = 0; waited < READER_TIMEOUT_MS && !signal.aborted; waited += RETRY_MS) {
    try {
      closeSync(openSync(fifo, O_WRONLY | O_NONBLOCK));
      return;
    } catch (error) {
      if (errnoOf(error) !== ENXIO) return;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** Joins the expressions. Compiles each by itself: an error then shows the text that the user wrote. */
async function joined(expressions: readonly string[]): Promise<string> {
  for (const text of expressions) await filterOf({}, text);
  if (expressions.length <= 1) return expressions[0] ?? '';
  const all = expressions.map((text) => `(${text})`).join(' and ');
  await filterOf({}, all);
  return all;
}

/** Shows the counters of a capture in the toolbar once a second, and losses and notices in its log. */
function follow(toolbar: Toolbar): CaptureFollower {
  let lostBefore = 0;
  const log = (text: string) => toolbar.log(LOG_CONTROL, `${new Date().toTimeString().slice(0, 8)} ${text}`);
  const show = (captured: number, { queueDrops, overruns }: SourceStatistics) => {
    toolbar.set(CAPTURED_CONTROL, String(captured));
    toolbar.set(LOST_CONTROL, lossText(queueDrops, overruns));
    const lost = (queueDrops ?? 0) + (overruns ?? 0);
    if (lost > lostBefore) log(`${lossText(queueDrops, overruns)} so far`);
    lostBefore = lost;
  };
  return {
    onNotice: log,
    onStart(source, captured) {
      if (!toolbar.open) return () => Promise.resolve();
      for (const control of [CAPTURED_CONTROL, LOST_CONTROL]) toolbar.disable(control);
      log(`capturing from ${source.description}`);
      const refresh = async () => show(captured(), await source.statistics());
      const timer = setInterval(() => void refresh().catch(() => {}), REFRESH_MS);
      return () => {
        clearInterval(timer);
        return refresh();
      };
    },
  };
}

function lossText(queueDrops: number | undefined, overruns: number | undefined): string {
  if (queueDrops === undefined || overruns === undefined) return 'not known';
  return `${queueDrops} queue drops, ${overruns} overruns`;
}
