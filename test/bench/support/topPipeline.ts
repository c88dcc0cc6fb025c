// dropcap top on its terminal, with drops of a group of NETLINK_USERSOCK. SIGTERM ends it, as it ends dropcap top.
//     node build/topPipeline.js GROUP BUFFER_BYTES FAMILY_ID
// Writes a line of JSON to file descriptor 3 when it starts to receive, and a line at the end.
import { writeSync } from 'node:fs';
import { openSymbols } from '../../../src/cli/symbols.js';
import { TopRun } from '../../../src/cli/topRun.js';
import { showTop } from '../../../src/cli/topScreen.js';
import { LiveSymbols } from '../../../src/symbols/symbolLookup.js';
import { openUsersock } from './usersock.js';

/** As of topCommand.ts, and the default of --window. */
const GATHER_MS = 100;
const WINDOW_SECONDS = 30;
const REPORT = 3;

/** The line that is written at the end. */
export interface Shown {
  readonly received: number;
  /** Messages dropped because the receive buffer was full. */
  readonly overruns: number;
  /** The largest resident memory. */
  readonly peakBytes: number;
}

const [group = 0, bufferBytes = 0, familyId = 0] = process.argv.slice(2, 5).map(Number);
const { source, receiver, losses } = openUsersock(group, bufferBytes, familyId);
const symbols = await openSymbols({});
if (symbols instanceof LiveSymbols) void symbols.refresh();
const run = new TopRun(source, symbols, undefined, WINDOW_SECONDS);
receiver.start(GATHER_MS);
writeSync(REPORT, `${JSON.stringify({ pid: process.pid })}\n`);
await showTop(run, { window: WINDOW_SECONDS, table: 'causes' });
const shown: Shown = {
  received: run.counts.drops,
  overruns: losses.totals().overruns,
  peakBytes: process.resourceUsage().maxRSS * 1024,
};
writeSync(REPORT, `${JSON.stringify(shown)}\n`);
process.exit(0);
