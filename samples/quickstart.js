// `npm start` runs this. It captures this kernel's drops for ten seconds into drops.pcapng (or drops-1.pcapng and so
// on, if that file exists). If it cannot capture, it converts a sample recording instead.
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import {
  capture,
  createEncoder,
  DropcapError,
  EncodedOutlet,
  openFileSink,
  openKernelSource,
  openRecording,
} from 'dropcap';

const RECORDING = new URL('recordings/linux-6.12/nlmon.pcap', import.meta.url);
const SECONDS = 10;
const CLOSED_PORT = 9; // discard: no program listens on this port, so the kernel drops with NO_SOCKET

/** @param {string} text */
const say = (text) => void process.stdout.write(`${text}\n`);

function freeName() {
  let name = 'drops.pcapng';
  for (let i = 1; existsSync(name); i++) name = `drops-${i}.pcapng`;
  return name;
}

/** Makes the kernel drop three packets, so that the capture has drops. */
function makeDrops() {
  const socket = createSocket('udp4');
  for (let i = 0; i < 3; i++) socket.send('dropcap', CLOSED_PORT, '127.0.0.1');
  setTimeout(() => socket.close(), 1000);
}

/** Opens a live source that a signal or a timer stops. Signals are handled before monitoring starts. */
async function openLive() {
  /** @type {() => void} */
  let stop = () => process.exit(1);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stop());
  const source = await openKernelSource();
  const timer = setTimeout(() => void source.stop(), SECONDS * 1000);
  stop = () => {
    clearTimeout(timer);
    void source.stop();
  };
  say(`Capturing from ${source.description} for ${SECONDS} seconds (Ctrl-C ends); three datagrams to`);
  say(`UDP port ${CLOSED_PORT} of this host make sure that the kernel drops packets.`);
  makeDrops();
  return source;
}

async function openSource() {
  try {
    return await openLive();
  } catch (error) {
    if (!(error instanceof DropcapError)) throw error;
    say(`No live capture: ${error.message}.`);
    say('Reading a sample recording of Linux 6.12 instead.');
    return openRecording(RECORDING);
  }
}

const output = freeName();
const sink = await openFileSink(output);
const source = await openSource();
const outlet = new EncodedOutlet(createEncoder('pcapng', source), sink);
const summary = await capture(source, outlet);
const { queueDrops, overruns } = summary.source; // Undefined: the recording does not report them.
const known = queueDrops !== undefined && overruns !== undefined;
const lost = known ? queueDrops + overruns : 'an unknown number';
say(`${outlet.written} drops written to ${output}, ${lost} lost, ${summary.source.malformed} malformed.`);
say(`Open it:  wireshark ${output}`);
say(`Or:       tshark -r ${output} -T fields -e frame.time -e frame.interface_name -e frame.comment`);
