#ifndef DROPCAP_NATIVE_GUARD_PROTOCOL_H_
#define DROPCAP_NATIVE_GUARD_PROTOCOL_H_

#include <cstdint>

// Messages between dropcap and its guard, on one AF_UNIX stream socket, in host byte order. Each request has
// one reply, in order. Notices come between replies. src/guard/messages.ts must have the same numbers.
namespace dropcap::guard {

// Commands. Each comment names the arguments a, b and c; further arguments are 0.
// Opens the event socket. a: receive buffer in bytes (0: the kernel's default). The reply carries the socket;
// its value is the family's id.
inline constexpr uint32_t kOpen = 1;
// Sets alert mode and lengths. a: truncation length in bytes, b: queue length in packets, c: alert mode (0
// packet, kSummary).
inline constexpr uint32_t kConfigure = 2;
// Starts monitoring. a: origin (0 software, 1 hardware).
inline constexpr uint32_t kStart = 3;
// Keeps origins on. a: bit mask of origins (1 software, 2 hardware; 0: none from now on) and, with an
// origin, of the alert mode (kKeepSummary: summary; without it: packet), b: truncation length, c: queue
// length.
inline constexpr uint32_t kKeep = 4;
// Undoes all changes, and ends the guard.
inline constexpr uint32_t kEnd = 5;
// Changes nothing: the reply shows that the guard runs.
inline constexpr uint32_t kPing = 6;

// A notice: another program stopped monitoring of the origin `value`. error 0: the guard restarted it; else
// the errno of the failed restart.
inline constexpr uint32_t kRestarted = 0x101;

// The alert mode of kConfigure that counts drops.
inline constexpr uint32_t kSummary = 1;
// A bit of kKeep's mask, after those of the origins.
inline constexpr uint32_t kKeepSummary = 4;

inline constexpr uint32_t kMaxReceiveBuffer = 256u << 20;
inline constexpr uint32_t kMaxQueueLength = 262'144;
// The same limits for a guard that root did not start: dropcap's largest defaults (src/monitor/defaults.ts).
// The kernel doubles the buffer, and does not count this memory as the user's.
inline constexpr uint32_t kMaxUserReceiveBuffer = 64u << 20;
inline constexpr uint32_t kMaxUserQueueLength = 32'768;

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
//     0      4    command      of the request, or of the notice
//     4      4    error        errno; 0: success
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
