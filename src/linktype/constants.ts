/** Link types of capture files, from the list of the tcpdump project (LINKTYPE_*). */
export const LINKTYPE_ETHERNET = 1;
export const LINKTYPE_RAW = 101;
export const LINKTYPE_IEEE802_11 = 105;
export const LINKTYPE_LINUX_SLL = 113;
export const LINKTYPE_IEEE802_11_PRISM = 119;
export const LINKTYPE_IEEE802_11_RADIOTAP = 127;
export const LINKTYPE_IEEE802_15_4_WITHFCS = 195;
export const LINKTYPE_CAN_SOCKETCAN = 227;
export const LINKTYPE_IEEE802_15_4_NOFCS = 230;
export const LINKTYPE_NETLINK = 253;
export const LINKTYPE_LINUX_SLL2 = 276;

/** Device types, from linux/if_arp.h. */
export const ARPHRD_ETHER = 1;
export const ARPHRD_INFINIBAND = 32;
export const ARPHRD_SLIP = 256;
export const ARPHRD_CSLIP = 257;
export const ARPHRD_SLIP6 = 258;
export const ARPHRD_CSLIP6 = 259;
export const ARPHRD_ADAPT = 264;
export const ARPHRD_CAN = 280;
export const ARPHRD_RAWHDLC = 518;
export const ARPHRD_RAWIP = 519;
export const ARPHRD_PPP = 512;
export const ARPHRD_TUNNEL = 768;
export const ARPHRD_TUNNEL6 = 769;
export const ARPHRD_FRAD = 770;
export const ARPHRD_LOOPBACK = 772;
export const ARPHRD_SIT = 776;
export const ARPHRD_IPGRE = 778;
export const ARPHRD_IEEE80211 = 801;
export const ARPHRD_IEEE80211_PRISM = 802;
export const ARPHRD_IEEE80211_RADIOTAP = 803;
export const ARPHRD_IEEE802154 = 804;
export const ARPHRD_IEEE802154_MONITOR = 805;
export const ARPHRD_IP6GRE = 823;
export const ARPHRD_NETLINK = 824;
export const ARPHRD_6LOWPAN = 825;
export const ARPHRD_NONE = 0xfffe;
export const ARPHRD_VOID = 0xffff;

/** Protocols of packets (skb->protocol), from linux/if_ether.h, in host byte order. */
export const ETH_P_802_3 = 0x0001;
export const ETH_P_ALL = 0x0003;
export const ETH_P_802_2 = 0x0004;
export const ETH_P_CAN = 0x000c;
export const ETH_P_CANFD = 0x000d;
export const ETH_P_CANXL = 0x000e;
export const ETH_P_IEEE802154 = 0x00f6;
export const ETH_P_XDSA = 0x00f8;
/** The smallest Ethernet type. Smaller protocols are Linux's own numbers. */
export const ETH_P_802_3_MIN = 0x0600;
export const ETH_P_IP = 0x0800;
export const ETH_P_8021Q = 0x8100;
export const ETH_P_IPV6 = 0x86dd;
export const ETH_P_8021AD = 0x88a8;
export const ETH_P_QINQ1 = 0x9100;
