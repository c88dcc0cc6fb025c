// Measures processor time and memory of `dropcap top` at an even rate of drops: its screen on a terminal, and alerts from
// NETLINK_USERSOCK in place of the kernel's, without a guard. With few flows, and with a new flow for each drop. As root:
//     node test/bench/top.js [DROPS_A_SECOND] [FIRST_SECONDS] [LATER_SECONDS] [RUNS]
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './support/figures.js';
import { megabytes, print } from './support/measure.js';
import { cpuMs } from './support/processTime.js';
import { compile, send, startTop } from './support/programs.js';

const [rate = 100_000, first = 35, later = 20, runs = 3] = process.argv.slice(2).map(Number);
const PAYLOAD_BYTES = 200;
const FLOWS = /** @type {const} */ (['few', 'new']);
const TITLES = { few: '8 flows', new: 'a new flow for each drop' };

/**
 * Shares of a processor in the first seconds, in which V8 compiles and the window fills, and in later ones.
 * @param {'few' | 'new'} flows
 */
async function measure(flows) {
  const { terminal, pid } = await startTop();
  const shares = [];
  let sent = 0;
  let sentSeconds = 0;
  for (const seconds of [first, later]) {
    const before = cpuMs(pid);
    const { sent: some, startNs, endNs } = await send(rate * seconds, PAYLOAD_BYTES, rate, flows);
    await sleep(200); // Until the last messages are counted.
    const tookMs = (endNs - startNs) / 1e6;
    shares.push((cpuMs(pid) - before) / tookMs);
    sent += some;
    sentSeconds += tookMs / 1000;
  }
  process.kill(pid, 'SIGTERM');
  /** @type {import('./support/topPipeline.js').Shown} */
  const { received, overruns, peakBytes } = await terminal.next();
  return { shares, lost: sent - received, overruns, peakBytes, taken: received / sentSeconds };
}

compile();
for (const flows of FLOWS) {
  /** @type {Awaited<ReturnType<typeof measure>>[]} */
  const results = [];
  for (let run = 0; run < runs; run++) results.push(await measure(flows));
  const share = [first, later].map((seconds, phase) => {
    const part = median(results.map(({ shares }) => shares[phase] ?? 0));
    return `${(100 * part).toFixed(0)} % of a core in the ${phase === 0 ? 'first' : 'later'} ${seconds} s`;
  });
  const taken = median(results.map((result) => result.taken)).toFixed(0);
  const lost = results.map((result) => `${result.lost} (${result.overruns} overruns)`).join(', ');
  const memory = megabytes(Math.max(...results.map(({ peakBytes }) => peakBytes))).trim();
  print(`${TITLES[flows]}: ${share.join(', ')} (goal at most 50 %)`);
  print(`  ${taken} drops a second taken, lost ${lost} (goal 0), peak memory ${memory}`);
}
