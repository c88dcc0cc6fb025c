#ifndef DROPCAP_NATIVE_GUARD_PROTOCOL_H_
#define DROPCAP_NATIVE_GUARD_PROTOCOL_H_

#include <cstdint>

// What dropcap and its guard say to one another, on one AF_UNIX stream socket. Host byte order: both ends are
// on one machine. Every request has one reply, in order; notices come between replies.
namespace dropcap::guard {

// Commands; a, b and c are the request's arguments, 0 where none is named.
// Receive buffer in bytes (0: the kernel's default). The reply carries the event socket; its value is the
// family's id.
inline constexpr uint32_t kOpen = 1;
// Truncation length, queue length.
inline constexpr uint32_t kConfigure = 2;
// Origin: 0 software, 1 hardware.
inline constexpr uint32_t kStart = 3;
// Bit mask of origins (1 software, 2 hardware; 0: no more), truncation length, queue length.
inline constexpr uint32_t kKeep = 4;
inline constexpr uint32_t kEnd = 5;

// A notice: monitoring of the origin `value` had been turned off and was turned on again, or could not be
// (error).
inline constexpr uint32_t kRestarted = 0x101;

inline constexpr uint32_t kMaxReceiveBuffer = 256u << 20;
inline constexpr uint32_t kMaxQueueLength = 262'144;

//     offset size name
//     0      4    command
//     4      4    a
//     8      4    b
//     12     4    c
struct Request {
  uint32_t command;
  uint32_t a;
  uint32_t b;
  uint32_t c;
};
static_assert(sizeof(Request) == 16);

//     offset size name
//     0      4    command      the request's, or the notice's
//     4      4    error        errno; 0: done
//     8      4    value
//     12     4    text_length
//     16     256  text         the kernel's extended ack, not terminated; the rest is 0
struct Reply {
  uint32_t command;
  uint32_t error;
  uint32_t value;
  uint32_t text_length;
  char text[256];
};
static_assert(sizeof(Reply) == 272);

}  // namespace dropcap::guard

#endif  // DROPCAP_NATIVE_GUARD_PROTOCOL_H_
