#ifndef DROPCAP_NATIVE_EXCHANGE_H_
#define DROPCAP_NATIVE_EXCHANGE_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "posix.h"

namespace dropcap {

// Sends `request` on a blocking AF_UNIX stream socket and fills `reply`, which must begin with the same four
// bytes. Owns and returns the descriptor that came along; none is open when none did. Waits `timeout_ms` at
// most. Throws SyscallError: ETIMEDOUT, ECONNRESET when the peer is gone, EPROTO for a reply to another
// request or one with more than one descriptor. The stream is of no use afterwards.
UniqueFd Exchange(int fd, std::span<const uint8_t> request, std::span<uint8_t> reply, int timeout_ms);

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_EXCHANGE_H_
