import type { CaptureSummary } from '../../src/capture/capture.js';
import { Analysis } from '../../src/report/analysis.js';
import { buildReport, type ReportInput } from '../../src/report/buildReport.js';
import type { Report } from '../../src/report/report.js';
import { NO_STATISTICS, type SourceStatistics } from '../../src/source/source.js';
import { NO_SYMBOLS } from '../../src/symbols/symbolLookup.js';
import { batchOfRows, type DropRow } from './rows.js';

/** A file of a report that was read. By default, its capture lost nothing. */
export function inputOf(
  statistics: Partial<SourceStatistics> = {},
  changes: Partial<ReportInput> = {},
): ReportInput {
  const source = { ...NO_STATISTICS, queueDrops: 0, overruns: 0, ...statistics };
  const summary: CaptureSummary = { captured: 0, lost: 0, delivered: 0, removed: {}, lostAtEnd: 0, source };
  return {
    summary,
    filter: undefined,
    problem: undefined,
    kernelRelease: undefined,
    facts: {
      path: 'drops.pcapng',
      drops: 0,
      application: null,
      os: null,
      hardware: null,
      filter: null,
      start: null,
      end: null,
      problem: null,
    },
    ...changes,
  };
}

/** The report of these drops. */
export function reportOf(
  rows: readonly DropRow[],
  inputs: readonly ReportInput[] = [inputOf()],
  top = 20,
): Report {
  const analysis = new Analysis();
  if (rows.length > 0) analysis.write(batchOfRows(rows));
  return buildReport(analysis, inputs, {
    rows: top,
    samples: 5,
    application: 'dropcap 0',
    symbols: NO_SYMBOLS,
  });
}
