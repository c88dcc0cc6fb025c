import { capture, type CaptureSummary } from '../capture/capture.js';
import { CaptureError } from '../capture/captureError.js';
import { messageOf } from '../errors.js';
import type { Analysis } from '../report/analysis.js';
import type { ReportInput } from '../report/buildReport.js';
import { plainText } from '../report/texts.js';
import { openRecording } from '../source/file/recording.js';
import type { DropSource } from '../source/source.js';

/**
 * Reads a file of drops into an analysis. A file that ends in the middle is read up to there: `problem` says so.
 * @throws InputError for a file that cannot be opened
 */
export async function readInput(path: string, analysis: Analysis): Promise<ReportInput> {
  const before = analysis.total.drops;
  const source = await openRecording(path, { onCounts: () => {} });
  let summary: CaptureSummary;
  let problem: string | undefined;
  try {
    summary = await capture(source, analysis);
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    ({ summary } = error);
    problem = plainText(messageOf(error.cause));
  }
  const drops = analysis.total.drops - before;
  const filter = source.recorded?.filter;
  return {
    summary,
    filter: filter === undefined ? undefined : plainText(filter),
    problem,
    kernelRelease: source.kernelRelease === undefined ? undefined : plainText(source.kernelRelease),
    facts: factsOf(source, path, drops, problem),
  };
}

function factsOf(
  source: DropSource,
  path: string,
  drops: number,
  problem: string | undefined,
): ReportInput['facts'] {
  const { application, os, hardware, filter, startNs, endNs } = source.recorded ?? {};
  const text = (value: string | undefined) => (value === undefined ? null : plainText(value));
  const time = (ns: bigint | undefined) =>
    ns === undefined ? null : new Date(Number(ns / 1_000_000n)).toISOString();
  return {
    path: plainText(path === '-' ? 'standard input' : path),
    drops,
    application: text(application),
    os: text(os),
    hardware: text(hardware),
    filter: text(filter),
    start: time(startNs),
    end: time(endNs),
    problem: text(problem),
  };
}
