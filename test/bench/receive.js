// Measures receivers in turn on the same stream of alerts, which a program multicasts by NETLINK_USERSOCK: a receiver
// that only receives, one that only writes the received bytes, one that writes like dwdump, and dropcap. Prints
// medians and ratios. As root:
//     node test/bench/receive.js [ALERTS] [RUNS] [PAYLOAD_BYTES ...]
// By default, the alerts of 9000 bytes take 9 GB in /dev/shm.
import { rmSync } from 'node:fs';
import { median, row } from './support/figures.js';
import { compile, OUTPUT, send, startReceiver } from './support/programs.js';

const alerts = Number(process.argv[2] ?? 1_000_000);
const runs = Number(process.argv[3] ?? 5);
const sizes = process.argv.length > 4 ? process.argv.slice(4).map(Number) : [100, 200, 400, 1500, 9000];
const PACED = { rate: 300_000, payloadBytes: 200 };

/** @typedef {'discard' | 'store' | 'dump' | 'dropcap'} Receiver */
/** @type {Receiver[]} */
const RECEIVERS = ['discard', 'store', 'dump', 'dropcap'];
const TITLES = { discard: 'only receive', store: 'receive, write', dump: "dwdump's way", dropcap: 'dropcap' };

/**
 * @typedef {object} Result
 * @property {number} rate Messages received a second, from the first sending to the last receipt.
 * @property {number} lost Messages.
 * @property {number} cpu Microseconds a message received.
 */

/**
 * @param {Receiver} name
 * @param {number} payloadBytes
 * @param {number} rate
 * @returns {Promise<Result>}
 */
async function measure(name, payloadBytes, rate) {
  try {
    const receiver = await startReceiver(name, OUTPUT);
    const { sent, startNs } = await send(alerts, payloadBytes, rate);
    /** @type {import('./support/programs.js').Received} */
    const { received, lastNs, cpuUs } = await receiver.stop();
    return { rate: (received / (lastNs - startNs)) * 1e9, lost: sent - received, cpu: cpuUs / received };
  } finally {
    rmSync(OUTPUT, { force: true });
  }
}

/**
 * Runs all receivers in turn.
 * @param {number} payloadBytes
 * @param {number} rate
 */
async function compare(payloadBytes, rate) {
  /** @type {Record<Receiver, Result[]>} */
  const results = { discard: [], store: [], dump: [], dropcap: [] };
  for (let run = 0; run < runs; run++) {
    for (const name of RECEIVERS) results[name].push(await measure(name, payloadBytes, rate));
  }
  const widths = [15, 12, 9, 14];
  process.stdout.write(row(['', 'messages/s', 'lost', 'CPU us/message'], widths));
  for (const name of RECEIVERS) {
    const { rate: received, lost, cpu } = medians(results[name]);
    const share = `${((lost / alerts) * 100).toFixed(1)} %`;
    process.stdout.write(row([TITLES[name], received.toFixed(0), share, cpu.toFixed(2)], widths));
  }
  return results;
}

/** @param {Result[]} results @returns {Result} */
function medians(results) {
  const of = (/** @type {keyof Result} */ key) => median(results.map((result) => result[key]));
  return { rate: of('rate'), lost: of('lost'), cpu: of('cpu') };
}

/**
 * Prints the median of the runs' ratios of dropcap to another receiver.
 * @param {Record<Receiver, Result[]>} results
 * @param {'rate' | 'cpu'} key
 * @param {'discard' | 'store' | 'dump'} other
 * @param {string} goal
 */
function ratio(results, key, other, goal) {
  const ratios = results.dropcap.map((ours, run) => ours[key] / (results[other][run]?.[key] ?? Number.NaN));
  const what = key === 'rate' ? 'rate' : 'CPU a message';
  process.stdout.write(
    `  ${what} of dropcap / ${TITLES[other]}: ${median(ratios).toFixed(2)}${goal && ` (goal ${goal})`}\n`,
  );
}

compile();
process.stdout.write(`${alerts} alerts, ${runs} runs of each receiver in turn, medians\n`);
for (const size of sizes) {
  process.stdout.write(`\n${size} bytes of payload, as fast as the sender can\n`);
  const results = await compare(size, 0);
  ratio(results, 'rate', 'discard', '>= 0.8');
  ratio(results, 'rate', 'store', '');
  ratio(results, 'rate', 'dump', size >= 1500 ? '>= 2' : '');
  ratio(results, 'cpu', 'store', '');
  ratio(results, 'cpu', 'dump', size <= 200 ? '<= 1.5' : size >= 1500 ? '< 1' : '');
}
process.stdout.write(`\n${PACED.payloadBytes} bytes of payload, ${PACED.rate} messages a second\n`);
const { dropcap } = await compare(PACED.payloadBytes, PACED.rate);
process.stdout.write(
  `  lost by dropcap in each run: ${dropcap.map(({ lost }) => lost).join(', ')} (goal 0)\n`,
);
