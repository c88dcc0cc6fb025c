// dropcap's receive path in its own process, from a group of NETLINK_USERSOCK to a file: the source of usersock.ts, capture(),
// the pcapng encoder and the file sink, joined as in `dropcap -w FILE`. SIGTERM ends it as it ends a capture, after the queued
// messages.
//     node build/pipeline.js GROUP BUFFER_BYTES FAMILY_ID FILE [watch]
// Prints a line of JSON when it starts to receive, and a line at the end.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { capture, createEncoder, EncodedOutlet, openFileSink } from '../../../src/index.js';
import { openUsersock } from './usersock.js';

/** The finest resolution of libuv's timers. */
const DELAY_RESOLUTION_MS = 1;
/** As dropcap for a file. */
const GATHER_MS = 100;

/** Memory in bytes. */
interface MemorySample {
  readonly rss: number;
  readonly heap: number;
  readonly external: number;
}

/** The line that is printed at the end. */
export interface Captured {
  readonly received: number;
  /** Time of CLOCK_MONOTONIC when the last batch was encoded. */
  readonly lastNs: number;
  /** Processor time since receiving began. */
  readonly cpuUs: number;
  /** Messages dropped because the receive buffer was full. */
  readonly overruns: number;
  /** Times that the receive thread waited for an arena. */
  readonly waits: number;
  readonly batches: number;
  /** One sample a second, with `watch`. */
  readonly samples: readonly MemorySample[];
  /** Delay of the event loop, with `watch`. */
  readonly delayMs: { readonly median: number; readonly p99: number; readonly max: number };
}

const [group = 0, bufferBytes = 0, familyId = 0] = process.argv.slice(2, 5).map(Number);
const [path = '', watch] = process.argv.slice(5);

const { source, receiver, socket, losses } = openUsersock(group, bufferBytes, familyId);

const samples: MemorySample[] = [];
const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
let sampling: NodeJS.Timeout | undefined;
if (watch) {
  delay.enable();
  sampling = setInterval(() => {
    const { rss, heapUsed, external } = process.memoryUsage();
    samples.push({ rss, heap: heapUsed, external });
  }, 1000);
}
const delayMs = (ns: number) => Math.max(ns / 1e6 - DELAY_RESOLUTION_MS, 0);

process.on('SIGTERM', () => void source.stop());
const sink = await openFileSink(path, { overwrite: true, synchronous: true });
const outlet = new EncodedOutlet(createEncoder('pcapng', source), sink);
const before = process.cpuUsage();
receiver.start(GATHER_MS);
process.stdout.write('{"ready":true}\n');

let lastNs = 0n;
let batches = 0;
const { delivered, source: statistics } = await capture(source, outlet, {
  onProgress() {
    batches++;
    lastNs = process.hrtime.bigint();
  },
});
const { user, system } = process.cpuUsage(before);
clearInterval(sampling);
if (statistics.malformed > 0) throw new Error(`${statistics.malformed} alerts were malformed`);
const captured: Captured = {
  received: delivered,
  lastNs: Number(lastNs),
  cpuUs: user + system,
  overruns: losses.totals().overruns,
  waits: socket.counters().arenaWaits,
  batches,
  samples,
  delayMs: {
    median: delayMs(delay.percentile(50)),
    p99: delayMs(delay.percentile(99)),
    max: delayMs(delay.max),
  },
};
process.stdout.write(`${JSON.stringify(captured)}\n`);
