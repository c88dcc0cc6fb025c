import { DEVICE_TYPE_UNKNOWN } from '../linktype/resolve.js';

/** Name of the interface for drops without an input device, and of the interface whose statistics report losses. */
export const DROPMON_INTERFACE = 'dropmon';

const FROM_DEVICES = '; name from the first network namespace';
const OTHER_NAMESPACE = '; device of another network namespace';

/** The facts about a device that an interface's description holds. */
export interface InterfaceFacts {
  /** ARPHRD_* of the device, or DEVICE_TYPE_UNKNOWN. */
  readonly deviceType: number;
  /** Whether the name was found by index among the devices of the first network namespace, not in the alert. */
  readonly nameFromDevices: boolean;
  /** Whether the index means a device of another network namespace. */
  readonly otherNamespace: boolean;
}

/**
 * Builds the description of an input device's interface:
 * `ifindex 9, raw IP, ARPHRD 65534; name from the first network namespace`.
 * @param framing for people, as in FRAMINGS: `raw IP`.
 */
export function buildInterfaceText(ifindex: number, framing: string, facts: InterfaceFacts): string {
  const type = facts.deviceType === DEVICE_TYPE_UNKNOWN ? '' : `, ARPHRD ${facts.deviceType}`;
  const source = facts.nameFromDevices ? FROM_DEVICES : facts.otherNamespace ? OTHER_NAMESPACE : '';
  return `ifindex ${ifindex}, ${framing}${type}${source}`;
}

/** Reads the facts from a description that `buildInterfaceText` built. Any other text gives no facts. */
export function parseInterfaceText(description: string | undefined): InterfaceFacts {
  const type = /^ifindex \d+, [^,;]+, ARPHRD (\d{1,5})(;|$)/.exec(description ?? '')?.[1];
  return {
    deviceType: type === undefined ? DEVICE_TYPE_UNKNOWN : Number(type),
    nameFromDevices: description?.endsWith(FROM_DEVICES) ?? false,
    otherNamespace: description?.endsWith(OTHER_NAMESPACE) ?? false,
  };
}
