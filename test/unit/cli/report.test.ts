import { expect, test } from 'vitest';
import type { CaptureSummary } from '../../../src/capture/capture.js';
import { type RingState, summaryJson, summaryLines } from '../../../src/cli/report.js';
import { NO_STATISTICS } from '../../../src/source/source.js';

const SUMMARY: CaptureSummary = {
  captured: 0,
  lost: 0,
  delivered: 0,
  removed: {},
  lostAtEnd: 0,
  source: NO_STATISTICS,
};
const outputWith = (ring: RingState) => ({
  name: 'x',
  written: 0,
  bytes: 0,
  cutPackets: 0,
  refused: 0,
  ring,
});

test.each([
  [10, 0, 0, '10 files'],
  [10, 6, 0, '10 files: 6 removed to make room, 4 kept'],
  [10, 0, 8, '10 files: 8 left alone (moved, changed, or there before), 2 kept'],
  [10, 5, 1, '10 files: 5 removed to make room, 1 left alone (moved, changed, or there before), 4 kept'],
])('of %i files, %i removed and %i left alone', (file, removed, leftAlone, text) => {
  const output = outputWith({ file, removed, leftAlone, bytes: 0 });
  expect(summaryLines(SUMMARY, output)).toContain(text);
  expect(JSON.parse(summaryJson(SUMMARY, output))).toMatchObject({
    files: file,
    removedFiles: removed,
    leftAloneFiles: leftAlone,
  });
});
