import { HOST_LITTLE_ENDIAN } from '../bytes.js';
import { AttributeWriter } from '../netlink/attributeWriter.js';
import { NLM_F_ACK, NLM_F_REQUEST } from '../netlink/constants.js';
import { buildGenericBody, buildMessage } from '../netlink/message.js';
import {
  NET_DM_ATTR_ALERT_MODE,
  NET_DM_ATTR_HW_DROPS,
  NET_DM_ATTR_QUEUE_LEN,
  NET_DM_ATTR_SW_DROPS,
  NET_DM_ATTR_TRUNC_LEN,
  NET_DM_CMD_CONFIG,
  NET_DM_CMD_CONFIG_GET,
  NET_DM_CMD_STATS_GET,
  NET_DM_CMD_STOP,
  NET_DM_GENL_VERSION,
} from './constants.js';
import type { MonitorConfig } from './replies.js';

/** Whose drops a START or STOP is about. Without either flag the kernel takes software. START is the guard's. */
export type MonitorOrigin = 'software' | 'hardware';

/** CONFIG: sets alert mode, truncation length and queue length. EBUSY while monitoring. Needs CAP_NET_ADMIN. */
export function buildConfig(familyId: number, sequence: number, config: MonitorConfig): Uint8Array {
  const attributes = new AttributeWriter()
    .u8(NET_DM_ATTR_ALERT_MODE, config.alertMode)
    .u32(NET_DM_ATTR_TRUNC_LEN, config.truncationLength)
    .u32(NET_DM_ATTR_QUEUE_LEN, config.queueLength);
  return build(familyId, sequence, NET_DM_CMD_CONFIG, attributes.finish());
}

/**
 * CONFIG that sets nothing: net_dm_cmd_config() leaves alone what has no attribute, but first answers EBUSY while
 * monitoring. Needs CAP_NET_ADMIN.
 */
export function buildConfigProbe(familyId: number, sequence: number): Uint8Array {
  return build(familyId, sequence, NET_DM_CMD_CONFIG, new Uint8Array(0));
}

/** STOP monitoring of one origin. It has no owner: this stops everybody's. Success also when it did not run. */
export function buildStop(familyId: number, sequence: number, origin: MonitorOrigin): Uint8Array {
  return build(familyId, sequence, NET_DM_CMD_STOP, originFlag(origin));
}

/** CONFIG_GET, answered by CONFIG_NEW. Needs no privilege. */
export function buildConfigGet(familyId: number, sequence: number): Uint8Array {
  return build(familyId, sequence, NET_DM_CMD_CONFIG_GET, new Uint8Array(0));
}

/** STATS_GET, answered by STATS_NEW. Needs no privilege. */
export function buildStatsGet(familyId: number, sequence: number): Uint8Array {
  return build(familyId, sequence, NET_DM_CMD_STATS_GET, new Uint8Array(0));
}

function originFlag(origin: MonitorOrigin): Uint8Array {
  return new AttributeWriter()
    .flag(origin === 'software' ? NET_DM_ATTR_SW_DROPS : NET_DM_ATTR_HW_DROPS)
    .finish();
}

function build(familyId: number, sequence: number, command: number, attributes: Uint8Array): Uint8Array {
  return buildMessage(
    { type: familyId, flags: NLM_F_REQUEST | NLM_F_ACK, sequence },
    buildGenericBody(command, NET_DM_GENL_VERSION, attributes),
    HOST_LITTLE_ENDIAN,
  );
}
