/** Block types and option codes of pcapng (draft-ietf-opsawg-pcapng). Each block type has its own option codes. */
export const BLOCK_SECTION_HEADER = 0x0a0d0d0a;
export const BLOCK_INTERFACE_DESCRIPTION = 1;
/** Obsolete: read, never written. */
export const BLOCK_PACKET = 2;
export const BLOCK_SIMPLE_PACKET = 3;
export const BLOCK_INTERFACE_STATISTICS = 5;
export const BLOCK_ENHANCED_PACKET = 6;

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
/** Bytes around a block's body: type and total length before the body, total length again after it. */
export const BLOCK_FRAME_BYTES = 12;

// Any block.
export const OPT_ENDOFOPT = 0;
export const OPT_COMMENT = 1;

// Section header block.
export const SHB_HARDWARE = 2;
export const SHB_OS = 3;
export const SHB_USERAPPL = 4;

// Interface description block.
export const IF_NAME = 2;
export const IF_DESCRIPTION = 3;
export const IF_MACADDR = 6;
export const IF_SPEED = 8;
export const IF_TSRESOL = 9;
export const IF_FILTER = 11;
/** First byte of if_filter's value: a text follows, in the language of the program that captured. */
export const IF_FILTER_TEXT = 0;
/** Longest text that is written and read. Each interface has it. */
export const MAX_FILTER_BYTES = 4096;
export const IF_OS = 12;
export const IF_TSOFFSET = 14;
export const IF_HARDWARE = 15;
export const MAC_ADDRESS_BYTES = 6;

// Enhanced packet block.
export const EPB_FLAGS = 2;
/** Packets lost since the interface's previous packet. */
export const EPB_DROPCOUNT = 4;
export const EPB_FLAGS_INBOUND = 1;
export const EPB_FLAGS_MULTICAST = 0x8;
export const EPB_FLAGS_BROADCAST = 0xc;

// Interface statistics block.
export const ISB_STARTTIME = 2;
export const ISB_ENDTIME = 3;
export const ISB_IFDROP = 5;
export const ISB_OSDROP = 7;
export const ISB_USRDELIV = 8;

/** if_tsresol: 10^-6 or 10^-9 seconds. */
export const TSRESOL_MICROSECONDS = 6;
export const TSRESOL_NANOSECONDS = 9;
