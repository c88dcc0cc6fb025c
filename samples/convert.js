// Converts a file of drops to classic pcap for tools that know nothing newer:
//   node samples/convert.js samples/recordings/linux-6.12/nlmon.pcap drops.pcap
import { capture, createPcapEncoder, openFileSink, openRecording } from '../dist/index.js';

const [, , input = '-', output = '-'] = process.argv;
const source = await openRecording(input);
const sink = await openFileSink(output);
const { written } = await capture(source, createPcapEncoder(source, { linkType: 'LINUX_SLL2' }), sink);
process.stderr.write(`${written} drops written.\n`);
