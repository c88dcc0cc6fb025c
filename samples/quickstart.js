// What `npm start` runs: captures this kernel's drops for ten seconds or, where that cannot be had, takes those of
// a recording, into drops.pcapng.
import { createSocket } from 'node:dgram';
import {
  capture,
  createPcapngEncoder,
  DropcapError,
  openFileSink,
  openKernelSource,
  openRecording,
} from '../dist/index.js';

const OUTPUT = 'drops.pcapng';
const RECORDING = new URL('recordings/linux-6.12/nlmon.pcap', import.meta.url);
const SECONDS = 10;
const CLOSED_PORT = 9; // discard: nobody listens, so the kernel drops with NO_SOCKET

/** @param {string} text */
const say = (text) => void process.stdout.write(`${text}\n`);

async function openSource() {
  try {
    const source = await openKernelSource();
    say(`Capturing from ${source.description} for ${SECONDS} seconds (Ctrl-C ends); three datagrams to`);
    say(`UDP port ${CLOSED_PORT} of this host make sure that there is something to see.`);
    const socket = createSocket('udp4');
    for (let i = 0; i < 3; i++) socket.send('dropcap', CLOSED_PORT, '127.0.0.1');
    const stop = () => {
      socket.close();
      clearTimeout(timer);
      void source.stop();
    };
    const timer = setTimeout(stop, SECONDS * 1000);
    process.once('SIGINT', stop);
    return source;
  } catch (error) {
    if (!(error instanceof DropcapError)) throw error;
    say(`No live capture: ${error.message}.`);
    say('Reading a sample recording of Linux 6.12 instead.');
    return openRecording(RECORDING);
  }
}

const source = await openSource();
const sink = await openFileSink(OUTPUT, { overwrite: true });
const summary = await capture(source, createPcapngEncoder(source), sink);
const lost = summary.source.queueDrops + summary.source.overruns;
say(`${summary.written} drops written to ${OUTPUT}, ${lost} lost, ${summary.source.malformed} malformed.`);
say(`Open it:  wireshark ${OUTPUT}`);
say(`Or:       tshark -r ${OUTPUT} -T fields -e frame.time -e frame.interface_name -e frame.comment`);
