import { DEVICE_TYPE_UNKNOWN } from '../linktype/resolve.js';

/** Name of the interface of drops without an input device, and of the one that carries a capture's losses. */
export const DROPMON_INTERFACE = 'dropmon';

const FROM_DEVICES = '; name from the first network namespace';

/** What an interface's description tells beside its name. */
export interface InterfaceFacts {
  /** ARPHRD_* of the device, or DEVICE_TYPE_UNKNOWN. */
  readonly deviceType: number;
  /** Whether the name is that of the device with the index in the first network namespace. */
  readonly nameFromDevices: boolean;
}

/**
 * The description of an input device's interface: `ifindex 9, raw IP, ARPHRD 65534; name from the first network namespace`.
 * @param framing for people: `raw IP`.
 */
export function buildInterfaceText(ifindex: number, framing: string, facts: InterfaceFacts): string {
  const type = facts.deviceType === DEVICE_TYPE_UNKNOWN ? '' : `, ARPHRD ${facts.deviceType}`;
  return `ifindex ${ifindex}, ${framing}${type}${facts.nameFromDevices ? FROM_DEVICES : ''}`;
}

/** The facts in a description that `buildInterfaceText` made; of any other text, none. */
export function parseInterfaceText(description: string | undefined): InterfaceFacts {
  const type = /^ifindex \d+, [^,;]+, ARPHRD (\d{1,5})(;|$)/.exec(description ?? '')?.[1];
  return {
    deviceType: type === undefined ? DEVICE_TYPE_UNKNOWN : Number(type),
    nameFromDevices: description?.endsWith(FROM_DEVICES) ?? false,
  };
}
