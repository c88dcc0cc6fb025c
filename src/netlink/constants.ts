/**
 * Constants of netlink and generic netlink, spelled as in the kernel's uapi headers linux/netlink.h,
 * linux/genetlink.h and linux/socket.h.
 */
export const NETLINK_ROUTE = 0;
export const NETLINK_GENERIC = 16;

// struct nlmsghdr: u32 len, u16 type, u16 flags, u32 seq, u32 pid.
export const NLMSG_HDRLEN = 16;
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;

export const NLM_F_REQUEST = 0x01;
export const NLM_F_ACK = 0x04;
export const NLM_F_DUMP = 0x300;
/** In an NLMSG_ERROR: the request's payload was left out. */
export const NLM_F_CAPPED = 0x100;
/** In an NLMSG_ERROR: attributes follow. */
export const NLM_F_ACK_TLVS = 0x200;

export const NLMSGERR_ATTR_MSG = 1;

// struct nlattr: u16 len (header included, padding not), u16 type.
export const NLA_HDRLEN = 4;
export const NLA_F_NESTED = 0x8000;
export const NLA_TYPE_MASK = 0x3fff;

// setsockopt(SOL_NETLINK).
export const NETLINK_NO_ENOBUFS = 5;
export const NETLINK_CAP_ACK = 10;
export const NETLINK_EXT_ACK = 11;

// struct genlmsghdr: u8 cmd, u8 version, u16 reserved.
export const GENL_HDRLEN = 4;
export const GENL_ID_CTRL = 0x10;
/**
 * nlctrl's multicast group `notify`: families that appear and disappear. Every user may join it. Its number is fixed
 * (genl_validate_assign_mc_groups() of net/netlink/genetlink.c).
 */
export const GENL_CTRL_NOTIFY_GROUP = 0x10;
/** The first family id that the kernel allocates. The three ids before it are fixed. */
export const GENL_START_ALLOC = 0x13;
export const GENL_MAX_ID = 1023;

export const CTRL_CMD_NEWFAMILY = 1;
export const CTRL_CMD_DELFAMILY = 2;
export const CTRL_CMD_GETFAMILY = 3;
export const CTRL_ATTR_FAMILY_ID = 1;
export const CTRL_ATTR_FAMILY_NAME = 2;
export const CTRL_ATTR_VERSION = 3;
export const CTRL_ATTR_MCAST_GROUPS = 7;
export const CTRL_ATTR_MCAST_GRP_NAME = 1;
export const CTRL_ATTR_MCAST_GRP_ID = 2;
