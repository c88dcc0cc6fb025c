// Measures processor time of a capture to a file at even rates: dropcap's receive path beside dwdump's way (dump.c), from
// NETLINK_USERSOCK to a file in memory, in turn. Unlike cheap.js, needs no virtual machine, and has no guard. As root:
//     node test/bench/steady.js [FIRST_SECONDS] [LATER_SECONDS] [RUNS] [MESSAGES_A_SECOND...]
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './support/figures.js';
import { cpuMs } from './support/processTime.js';
import { compile, OUTPUT, send, startReceiver } from './support/programs.js';

const [first = 15, later = 15, runs = 3, ...asked] = process.argv.slice(2).map(Number);
const rates = asked.length > 0 ? asked : [100, 2000, 20_000];
const PAYLOAD_BYTES = 200;
const TOOLS = /** @type {const} */ (['dropcap', 'dump']);

/**
 * Processor time of each phase: the first seconds, in which V8 compiles, and later ones.
 * @param {'dropcap' | 'dump'} tool
 * @param {number} rate
 */
async function measure(tool, rate) {
  const receiver = await startReceiver(tool, OUTPUT);
  const used = [];
  for (const seconds of [first, later]) {
    const before = cpuMs(receiver.pid);
    await send(rate * seconds, PAYLOAD_BYTES, rate);
    await sleep(200); // Until the last messages are in the file.
    used.push(cpuMs(receiver.pid) - before);
  }
  await receiver.stop();
  rmSync(OUTPUT);
  return used;
}

compile();
for (const rate of rates) {
  /** @type {Record<string, number[][]>} */
  const used = { dropcap: [], dump: [] };
  for (let run = 0; run < runs; run++) {
    for (const tool of TOOLS) used[tool]?.push(await measure(tool, rate));
  }
  for (const [phase, seconds] of [first, later].entries()) {
    const [ours, theirs] = TOOLS.map((tool) => median((used[tool] ?? []).map((one) => one[phase] ?? 0)));
    const cells = [ours, theirs].map((ms = 0) => {
      return `${(ms / seconds).toFixed(2)} ms a second, ${((1000 * ms) / seconds / rate).toFixed(1)} us a message`;
    });
    const ratio = ((ours ?? 0) / (theirs ?? 0)).toFixed(2);
    process.stdout.write(
      `${rate} a second, ${phase === 0 ? 'first' : 'later'} ${seconds} s: dropcap ${cells[0]}; dwdump's way ${cells[1]}; ratio ${ratio} (goal 1)\n`,
    );
  }
}
