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

/**
 * The drops that a START or STOP applies to. Without a flag for the origin, the kernel assumes software. Only the
 * guard sends START.
 */
export type MonitorOrigin = 'software' | 'hardware';

/**
 * Builds CONFIG: sets alert mode, truncation length and queue length. The kernel answers EBUSY while monitoring. Needs
 * CAP_NET_ADMIN.
 */
export function buildConfig(familyId: number, sequence: number, config: MonitorConfig): Uint8Array {
  const attributes = new AttributeWriter()
    .u8(NET_DM_ATTR_ALERT_MODE, config.alertMode)
    .u32(NET_DM_ATTR_TRUNC_LEN, config.truncationLength)
    .u32(NET_DM_ATTR_QUEUE_LEN, config.queueLength);
  return build(familyId, sequence, NET_DM_CMD_CONFIG, attributes.finish());
}

/**
 * Builds a CONFIG without attributes: net_dm_cmd_config() changes only what has an attribute. While monitoring, the
 * kernel answers EBUSY before that. Needs CAP_NET_ADMIN.
 */
export function buildConfigProbe(familyId: number, sequence: number): Uint8Array {
  return build(familyId, sequence, NET_DM_CMD_CONFIG, new Uint8Array(0));
}

/**
 * Builds STOP for one origin. Monitoring has no owner: STOP ends the monitoring of all programs. The kernel also
 * reports success when nothing was running.
 */
export function buildStop(familyId: number, sequence: number, origin: MonitorOrigin): Uint8Array {
  return build(familyId, sequence, NET_DM_CMD_STOP, originFlag(origin));
}

/** Builds CONFIG_GET. The kernel answers with CONFIG_NEW. Needs no privilege. */
export function buildConfigGet(familyId: number, sequence: number): Uint8Array {
  return build(familyId, sequence, NET_DM_CMD_CONFIG_GET, new Uint8Array(0));
}

/** Builds STATS_GET. The kernel answers with STATS_NEW. Needs no privilege. */
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
