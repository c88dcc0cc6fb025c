// Measures the cost of a capture while nothing is dropped, and the time until a single drop is in the file. Runs
// dropcap's receive path from NETLINK_USERSOCK to a file in memory. As root:
//     node test/bench/quiet.js [SECONDS] [ALERTS] [SECONDS_BEFORE]
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './support/figures.js';
import { compile, OUTPUT, send, startReceiver } from './support/programs.js';

const seconds = Number(process.argv[2] ?? 10);
const alerts = Number(process.argv[3] ?? 50);
const PAYLOAD_BYTES = 200;
/** Each alert comes after a pause that is longer than the gather time. */
const ALERTS_A_SECOND = 5;
/** Time until V8 has compiled the code, and some seconds later has collected the garbage of the start. */
const settleSeconds = Number(process.argv[4] ?? 20);
const CLOCK_READINGS = 50;
const ENHANCED_PACKET = 6;
/** Upper limit of an alert's bytes in the file. */
const MOST_BYTES_AN_ALERT = 4096;

/**
 * The work of a process's threads so far, by name: nanoseconds on a processor, and number of times they were woken.
 * @param {number | undefined} pid
 */
function threads(pid) {
  return readdirSync(`/proc/${pid}/task`).map((id) => {
    const of = (/** @type {string} */ file) => readFileSync(`/proc/${pid}/task/${id}/${file}`, 'utf8');
    const [ns = 0, , turns = 0] = of('schedstat').split(' ').map(Number);
    return { id, name: of('comm').trim(), ns, turns };
  });
}

/** @param {number | undefined} pid */
async function measureIdle(pid) {
  await sleep(settleSeconds * 1000);
  const before = new Map(threads(pid).map((thread) => [thread.id, thread]));
  await sleep(seconds * 1000);
  const used = threads(pid).map(({ id, name, ns, turns }) => {
    const { ns: nsBefore = 0, turns: turnsBefore = 0 } = before.get(id) ?? {};
    return { name, ns: ns - nsBefore, turns: turns - turnsBefore };
  });
  const total = used.reduce((sum, { ns }) => sum + ns, 0);
  process.stdout.write(
    `idle for ${seconds} s: ${(total / 1e6).toFixed(3)} ms of processor time (goal about 0)\n`,
  );
  for (const { name, ns, turns } of used) {
    if (turns > 0) process.stdout.write(`  ${name} ran ${turns} times, ${(ns / 1e6).toFixed(3)} ms\n`);
  }
}

/**
 * Returns a clock: nanoseconds of CLOCK_REALTIME, set at the moments when Date.now() changes. If another program had
 * the processor at such a moment, the reading is too small. So the largest offset is taken.
 */
function makeClock() {
  let offset = 0n;
  for (let i = 0; i < CLOCK_READINGS; i++) {
    const start = Date.now();
    let now = start;
    while (now === start) now = Date.now();
    const told = BigInt(now) * 1_000_000n - process.hrtime.bigint();
    if (told > offset) offset = told;
  }
  return () => process.hrtime.bigint() + offset;
}

/**
 * Reads a growing file, without pauses, until it has the given number of complete packets.
 * @returns microseconds from each packet's time stamp until its block could be read
 */
function followPackets() {
  const now = makeClock();
  const file = openSync(OUTPUT, 'r');
  const buffer = Buffer.alloc(alerts * MOST_BYTES_AN_ALERT);
  const delays = [];
  let length = 0;
  for (let at = 0; delays.length < alerts;) {
    length += readSync(file, buffer, length, buffer.length - length, null);
    const time = now();
    for (
      ;
      length - at >= 12 && length - at >= buffer.readUInt32LE(at + 4);
      at += buffer.readUInt32LE(at + 4)
    ) {
      if (buffer.readUInt32LE(at) !== ENHANCED_PACKET) continue;
      const stamp = (BigInt(buffer.readUInt32LE(at + 12)) << 32n) | BigInt(buffer.readUInt32LE(at + 16));
      delays.push(Number(time - stamp) / 1000);
    }
  }
  closeSync(file);
  return delays;
}

compile();
const receiver = await startReceiver('dropcap', OUTPUT);
await measureIdle(receiver.pid);
const sending = send(alerts, PAYLOAD_BYTES, ALERTS_A_SECOND);
const delays = followPackets();
await sending;
await receiver.stop();
process.stdout.write(
  `${alerts} single alerts: in the file after ${median(delays).toFixed(0)} us in the median, ` +
    `${Math.max(...delays).toFixed(0)} us at most\n`,
);
