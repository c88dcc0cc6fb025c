#ifndef DROPCAP_NATIVE_FILTER_LIBPCAP_H_
#define DROPCAP_NATIVE_FILTER_LIBPCAP_H_

#include <sys/time.h>

#include <cstdint>

namespace dropcap {

// The part of libpcap's interface that filters need: the same structures as in pcap/pcap.h and pcap/bpf.h.
// libpcap is loaded when the first filter is compiled, so that dropcap runs without it.

struct BpfInstruction {
  uint16_t code;
  uint8_t jump_true, jump_false;
  uint32_t k;
};

struct BpfProgram {
  unsigned int length;
  BpfInstruction* instructions;
};

struct PacketHeader {
  timeval time;
  uint32_t captured_length, length;
};

struct Pcap;

struct Libpcap {
  Pcap* (*open_dead)(int link_type, int snap_length);
  int (*compile)(Pcap*, BpfProgram*, const char* expression, int optimize, uint32_t netmask);
  char* (*last_error)(Pcap*);
  void (*free_code)(BpfProgram*);
  void (*close)(Pcap*);
  int (*offline_filter)(const BpfProgram*, const PacketHeader*, const uint8_t* packet);
  const char* (*version)();
};

// The library, which stays loaded; nullptr when there is none on this host.
const Libpcap* LoadLibpcap();

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_FILTER_LIBPCAP_H_
