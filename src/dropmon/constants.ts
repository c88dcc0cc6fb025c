/** Constants of the NET_DM family, spelled as in linux/net_dropmon.h of Linux 6.12. */
export const NET_DM_FAMILY_NAME = 'NET_DM';
export const NET_DM_GENL_VERSION = 2;
/** The multicast group of alerts. */
export const NET_DM_EVENTS_GROUP = 'events';
/** The only group. Its number was 1 on every host that was looked at. */
export const NET_DM_GRP_ALERT = 1;

export const NET_DM_CMD_ALERT = 1;
export const NET_DM_CMD_CONFIG = 2;
export const NET_DM_CMD_START = 3;
export const NET_DM_CMD_STOP = 4;
export const NET_DM_CMD_PACKET_ALERT = 5;
export const NET_DM_CMD_CONFIG_GET = 6;
export const NET_DM_CMD_CONFIG_NEW = 7;
export const NET_DM_CMD_STATS_GET = 8;
export const NET_DM_CMD_STATS_NEW = 9;

/** Summary alerts of software drops carry their data in this attribute. */
export const NET_DM_ATTR_UNSPEC = 0;
export const NET_DM_ATTR_ALERT_MODE = 1;
export const NET_DM_ATTR_PC = 2;
export const NET_DM_ATTR_SYMBOL = 3;
export const NET_DM_ATTR_IN_PORT = 4;
export const NET_DM_ATTR_TIMESTAMP = 5;
export const NET_DM_ATTR_PROTO = 6;
export const NET_DM_ATTR_PAYLOAD = 7;
export const NET_DM_ATTR_PAD = 8;
export const NET_DM_ATTR_TRUNC_LEN = 9;
export const NET_DM_ATTR_ORIG_LEN = 10;
export const NET_DM_ATTR_QUEUE_LEN = 11;
export const NET_DM_ATTR_STATS = 12;
export const NET_DM_ATTR_HW_STATS = 13;
export const NET_DM_ATTR_ORIGIN = 14;
export const NET_DM_ATTR_HW_TRAP_GROUP_NAME = 15;
export const NET_DM_ATTR_HW_TRAP_NAME = 16;
export const NET_DM_ATTR_HW_ENTRIES = 17;
export const NET_DM_ATTR_HW_ENTRY = 18;
export const NET_DM_ATTR_HW_TRAP_COUNT = 19;
export const NET_DM_ATTR_SW_DROPS = 20;
export const NET_DM_ATTR_HW_DROPS = 21;
export const NET_DM_ATTR_FLOW_ACTION_COOKIE = 22;
export const NET_DM_ATTR_REASON = 23;

export const NET_DM_ALERT_MODE_SUMMARY = 0;
export const NET_DM_ALERT_MODE_PACKET = 1;

// Inside NET_DM_ATTR_IN_PORT.
export const NET_DM_ATTR_PORT_NETDEV_IFINDEX = 0;
export const NET_DM_ATTR_PORT_NETDEV_NAME = 1;

// Inside NET_DM_ATTR_STATS and NET_DM_ATTR_HW_STATS.
export const NET_DM_ATTR_STATS_DROPPED = 0;

export const NET_DM_ORIGIN_SW = 0;
export const NET_DM_ORIGIN_HW = 1;
