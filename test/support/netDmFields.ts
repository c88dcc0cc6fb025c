import type { ReferenceAlert } from './recordingReference.js';
import { hex16 } from './wiresharkSeries.js';

/** Fields that tshark's own dissector finds in an alert. */
export const NET_DM_FIELDS = [
  'net_dm.origin',
  'net_dm.pc',
  'net_dm.symbol',
  'net_dm.hw_trap_group_name',
  'net_dm.hw_trap_name',
  'net_dm.port.netdev_index',
  'net_dm.port.netdev_name',
  'net_dm.orig_len',
  'net_dm.proto',
];

/** The values of NET_DM_FIELDS of an alert, as tshark prints them. */
export function netDmValues(alert: ReferenceAlert): string[] {
  return [
    `${alert.origin}`,
    alert.pc === undefined ? '' : `0x${alert.pc.toString(16).padStart(16, '0')}`,
    alert.symbol ?? '',
    alert.trapGroup ?? '',
    alert.trap ?? '',
    `${alert.ifindex ?? ''}`,
    alert.portName ?? '',
    `${alert.originalLength}`,
    alert.protocol === undefined ? '' : hex16(alert.protocol),
  ];
}
