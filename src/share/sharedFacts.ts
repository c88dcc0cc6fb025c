import type { CaptureFacts } from '../drop/captureFacts.js';
import type { DeviceTable } from '../drop/device.js';
import { publicRelease } from '../host/publicRelease.js';
import type { EncoderSource } from '../outlet/createEncoder.js';

/** Machines as uname names them. */
const MACHINE =
  /^(x86_64|i[3-6]86|aarch64|armv[5-8]\w{0,2}|riscv(32|64)|ppc(64)?(le)?|s390x?|mips(64)?(el)?|loongarch64)$/;
const LINUX = /^Linux (\d\S{0,127})/;
const DROPCAP = /^dropcap \d{1,4}(\.\d{1,4}){1,3}$/;

/**
 * What a shared file says about its source: the kernel's release, the machine, the version of dropcap, and begin and end.
 * Not the filter, whose expression can have addresses, and no comments.
 */
export class SharedFacts implements EncoderSource {
  readonly live = false;
  readonly familyId = undefined;
  readonly devices: DeviceTable;
  readonly #source: EncoderSource;

  /** @param devices the devices with their new names and addresses */
  constructor(source: EncoderSource, devices: DeviceTable) {
    this.#source = source;
    this.devices = devices;
  }

  get kernelRelease(): string | undefined {
    const release = this.#source.kernelRelease;
    return release === undefined ? undefined : publicRelease(release);
  }

  get recorded(): CaptureFacts | undefined {
    const { recorded } = this.#source;
    if (!recorded) return undefined;
    const { hardware, os, application, startNs, endNs } = recorded;
    const release = LINUX.exec(os ?? '')?.[1];
    return {
      hardware: MACHINE.exec(hardware ?? '')?.[0],
      os: release === undefined ? undefined : `Linux ${publicRelease(release)}`,
      application: DROPCAP.exec(application ?? '')?.[0],
      filter: undefined,
      comments: [],
      startNs,
      endNs,
    };
  }
}
