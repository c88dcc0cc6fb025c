import type { DropBatch } from '../drop/batch.js';
import { DeviceTable } from '../drop/device.js';
import type { DropKind, KindTable } from '../drop/kind.js';
import type { Stage } from '../stage/stage.js';
import type { AddressMap } from './addressMap.js';
import type { KernelTexts } from './kernelTexts.js';
import { PacketRewriter } from './packetRewriter.js';

/**
 * Makes drops fit for others: replaces addresses and names, and removes payloads. Rewrites the batch's packets and kinds in
 * place, so it must be the last stage.
 */
export class ShareStage implements Stage {
  readonly name = 'share';
  readonly removed = 0;
  readonly pendingLosses = 0;
  /** Bytes that were removed, of those that were captured. */
  cutBytes = 0;
  /** Drops of which no header is understood. */
  bare = 0;
  /** The devices of the drops so far, with their new names and addresses. */
  readonly devices: DeviceTable = new DeviceTable();
  readonly #rewriter: PacketRewriter;
  readonly #addresses: AddressMap;
  readonly #texts: KernelTexts;
  readonly #originals: DeviceTable;
  #kinds: KindTable | undefined;
  /** The number of the new kind, by that of the old one. */
  #shared: (number | undefined)[] = [];

  /** @param originals the devices of the input */
  constructor(addresses: AddressMap, texts: KernelTexts, originals: DeviceTable) {
    this.#rewriter = new PacketRewriter(addresses);
    this.#addresses = addresses;
    this.#texts = texts;
    this.#originals = originals;
  }

  process(batch: DropBatch): DropBatch {
    if (batch.kinds !== this.#kinds) {
      this.#kinds = batch.kinds;
      this.#shared = [];
    }
    const { length, arena, kind, payloadOffset, payloadLength, originalLength, framing, protocol } = batch;
    for (let row = 0; row < length; row++) {
      const before = payloadLength[row]!;
      const kept = this.#rewriter.rewrite(
        arena,
        payloadOffset[row]!,
        before,
        originalLength[row]!,
        framing[row]!,
        protocol[row]!,
      );
      payloadLength[row] = kept;
      this.cutBytes += before - kept;
      if (kept === 0) this.bare++;
      kind[row] = this.#shared[kind[row]!] ??= this.#share(batch, kind[row]!);
    }
    return batch;
  }

  #share({ kinds }: DropBatch, id: number): number {
    const original = kinds.get(id);
    const shared = kinds.intern(this.#texts.factsOf(original));
    this.#shareDevice(original, shared);
    return shared.id;
  }

  #shareDevice({ ifindex, interfaceName }: DropKind, { interfaceName: name }: DropKind): void {
    if (ifindex === undefined || interfaceName === undefined || name === undefined) return;
    const device = this.#originals.find(ifindex, interfaceName);
    if (!device) return;
    const macAddress = device.macAddress?.slice();
    if (macAddress) this.#addresses.mac(macAddress, 0);
    this.devices.set({ ifindex, name, type: device.type, macAddress, speed: device.speed });
  }
}
