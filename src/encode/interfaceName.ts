import type { DeviceTable } from '../device.js';
import { framingFitsDevice } from '../linktype/deviceTypes.js';

/** Where the name of an input device comes from, for the description of its interface. */
const NAME_FROM_DEVICES = '; name from the first network namespace';

/** The name of a drop's input device. */
export interface InterfaceName {
  /** Undefined when nothing tells it. */
  readonly name: string | undefined;
  /** What an interface's description says about the name. */
  readonly remark: string;
}

/**
 * The name of an input device: the alert's own, if it has one, else that of the device with the index in the
 * first network namespace, unless the packet's framing shows that it is not that device.
 * @param kernelName the name that the alert gave, if it did (hardware alerts).
 */
export function resolveInterfaceName(
  devices: DeviceTable,
  ifindex: number,
  kernelName: string | undefined,
  framing: number,
): InterfaceName {
  if (kernelName) return { name: kernelName, remark: '' };
  const device = devices.get(ifindex);
  if (!device || !framingFitsDevice(framing, device.type)) return { name: undefined, remark: '' };
  return { name: device.name, remark: NAME_FROM_DEVICES };
}
