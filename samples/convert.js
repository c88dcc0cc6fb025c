// Converts a file of drops to classic pcap, for tools that read no newer format:
//     node samples/convert.js samples/recordings/linux-6.12/nlmon.pcap drops.pcap
import { capture, createEncoder, EncodedOutlet, openFileSink, openRecording } from 'dropcap';

const [, , input = '-', output = '-'] = process.argv;
const source = await openRecording(input);
const encoder = createEncoder('pcap', source, { linkType: 'LINUX_SLL2' });
const outlet = new EncodedOutlet(encoder, await openFileSink(output));
await capture(source, outlet);
process.stderr.write(`${outlet.written} drops written.\n`);
