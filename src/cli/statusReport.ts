import type { CaptureStatus, StatusFacts } from './captureStatus.js';
import { dropsBetween, NO_DROPS, type RecentDrops } from './recentDrops.js';
import { jsonOf, summaryCounters, summaryLines } from './report.js';
import { fileText, statusText } from './statusText.js';
import { asciiJson, say } from './terminal.js';

/** A run that can be asked how far it is. */
export interface AskedRun {
  /** What is being opened. */
  readonly waitingFor: string;
  /** Undefined before the capture begins. */
  readonly status?: CaptureStatus;
}

/** The answer to SIGUSR1: the summary so far, as at the end. */
export async function reportSummary(run: AskedRun, json: boolean): Promise<void> {
  const facts = await run.status?.facts();
  if (!facts) {
    sayWaiting(run, json);
  } else if (json) {
    say(statusJson(facts));
  } else {
    const file = fileText(facts.output);
    say(`dropcap: ${secondText()} so far${file && ` (${file})`}:`);
    for (const line of summaryLines(
      facts.summary,
      facts.output.name === undefined ? undefined : facts.output,
      facts.hidden,
    ))
      say(line);
  }
}

/**
 * Prints the status at each interval, also without a drop: a log shows that the capture goes on.
 * @returns a function that ends the lines
 */
export function reportEvery(seconds: number, run: AskedRun, json: boolean): () => void {
  let before = { ...NO_DROPS, ms: performance.now() };
  const report = async () => {
    const facts = await run.status?.facts();
    if (!run.status || !facts) {
      before.ms = performance.now();
      sayWaiting(run, json);
      return;
    }
    const now = run.status.sample();
    const recent = dropsBetween(before, now);
    before = now;
    say(json ? statusJson(facts, recent) : `dropcap: ${secondText()} ${statusText(facts, recent)}`);
  };
  // A source whose statistics fail reports the error at the end of the capture.
  const timer = setInterval(() => void report().catch(() => {}), seconds * 1000);
  return () => clearInterval(timer);
}

function sayWaiting({ waitingFor }: AskedRun, json: boolean): void {
  if (json) say(asciiJson(jsonOf({ time: new Date().toISOString(), captured: 0, waitingFor })));
  else say(`dropcap: ${secondText()} 0 captured, waiting for ${waitingFor}`);
}

/** Every counter so far; `time` tells this object from the summary at the end. */
function statusJson({ summary, output, hidden, progress }: StatusFacts, recent?: RecentDrops): string {
  const { name, ring } = output;
  return asciiJson(
    jsonOf({
      time: new Date().toISOString(),
      ...recent,
      ...summaryCounters(summary, output, hidden),
      ...(name !== undefined && { file: name }),
      ...(ring && { ring }),
      ...(progress && { read: progress }),
    }),
  );
}

/** Now, in UTC: `2026-01-31T12:00:00Z`. */
function secondText(): string {
  return `${new Date().toISOString().slice(0, -'.000Z'.length)}Z`;
}
