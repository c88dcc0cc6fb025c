/** Types of the parts of pcap-ng-parser 1.0.0 that the tests use. The package has no types. */
declare module 'pcap-ng-parser' {
  import { Transform } from 'node:stream';

  interface Packet {
    readonly interfaceId: number;
    readonly data: Buffer;
  }

  export default class PcapngParser extends Transform {
    on(event: 'interface', listener: (found: { readonly linkType: number }) => void): this;
    on(event: string, listener: () => void): this;
    read(): Packet | null;
  }
}
