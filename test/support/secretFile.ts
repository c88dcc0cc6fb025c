import { FRAMING_IPOIB, FRAMING_SLL, FRAMINGS } from '../../src/linktype/framing.js';
import { mac } from './addresses.js';
import { enhancedPacket, interfaceDescription, option, recordsOf, sectionHeader } from './captureFiles.js';
import { bytes, IPV4, MACS, SECRET_PACKETS } from './secretPackets.js';

/** Texts in `secretFile` that no shared file may have. */
export const SECRET_TEXTS = [
  'gateway.customer.example',
  'customer-lan',
  'Acme Router 9000',
  'acme_driver',
  'for Mallory',
  'acme-build',
  'acme_firewall',
  'ffffffffa1b2c3d4',
  'c00c1e55',
  `host ${IPV4[0]}`,
];

const text = (code: number, value: string) => option(code, Buffer.from(value), true);
const end = () => option(0, Buffer.alloc(0), true);

const SECTION = [
  text(1, 'a comment for Mallory'),
  text(2, 'Acme Router 9000'),
  text(3, 'Linux 6.12.1-acme-build #1 gateway.customer.example'),
  text(4, 'acme_driver 1.0'),
  end(),
];

const [COMMENT, NAME, DESCRIPTION, MAC_ADDRESS, FILTER, OS, HARDWARE] = [1, 2, 3, 6, 11, 12, 15];

function interfaceOptions(framing: number): Buffer[] {
  return [
    text(NAME, 'customer-lan'),
    text(DESCRIPTION, `ifindex 3, ${FRAMINGS[framing]!.description}, ARPHRD 1`),
    option(MAC_ADDRESS, mac(MACS[0]), true),
    option(FILTER, Buffer.from(`\0host ${IPV4[0]}`), true),
    text(OS, 'Linux 6.12.1-acme-build'),
    text(HARDWARE, 'acme_driver'),
    end(),
  ];
}

/** Comments of the packets, in turn. */
const FACTS = [
  'reason=NO_SOCKET symbol=udp_rcv+0x12/0x340 pc=0xffffffffa1b2c3d4 if=customer-lan ifindex=3',
  'reason=NETFILTER_DROP symbol=nft_do_chain+0x1/0x20 module=nf_tables pc=0xffffffffa1b2c3d4 if=eth0 ifindex=4 cookie=c00c1e55',
  'symbol=bpf_prog_0123456789abcdef_acme_firewall+0x5/0x10 pc=0xffffffffa1b2c3d4',
  'reason=0xffffffffa1b2c3d4 symbol=0xffffffffa1b2c3d4 trap=for%20Mallory group=for%20Mallory',
];

/** The secret packets that a file can have: IPoIB has no link type of its own. */
export const FILE_PACKETS = SECRET_PACKETS.filter(({ framing }) => framing !== FRAMING_IPOIB);

const framings = [...new Set(FILE_PACKETS.map(({ framing }) => framing))];

/** A file of drops as dropcap writes it, with a secret in each place that can have one. */
export const secretFile: Buffer = Buffer.concat([
  sectionHeader(true, ...SECTION),
  ...framings.map((framing) =>
    interfaceDescription(true, FRAMINGS[framing]!.linkType, 262_144, ...interfaceOptions(framing)),
  ),
  ...FILE_PACKETS.map(({ packet, framing, protocol }, i) => {
    const proto = protocol.toString(16).padStart(4, '0');
    const header = framing === FRAMING_SLL ? bytes('0000 0001 0000', '00'.repeat(8), proto) : Buffer.alloc(0);
    const [record] = recordsOf(Buffer.concat([header, packet]));
    const comment = `dropcap: ${FACTS[i % FACTS.length]} proto=0x${proto} origin=sw`;
    const options = [text(COMMENT, comment), text(COMMENT, 'a comment for Mallory'), end()];
    return enhancedPacket(record!, true, framings.indexOf(framing), ...options);
  }),
]);
