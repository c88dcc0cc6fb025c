#ifndef DROPCAP_NATIVE_EXCHANGE_H_
#define DROPCAP_NATIVE_EXCHANGE_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "posix.h"

namespace dropcap {

// Sends `request` on a blocking AF_UNIX stream socket and fills `reply`, which must begin with the same four
// bytes. Returns the descriptor that came with the reply; not open when none came. Waits at most
// `timeout_ms`. Throws SyscallError: ETIMEDOUT; ECONNRESET when the peer closed its end; EPROTO for a reply
// to another request, or with more than one descriptor. After an error the caller must close the socket: the
// position in its stream is unknown.
UniqueFd Exchange(int fd, std::span<const uint8_t> request, std::span<uint8_t> reply, int timeout_ms);

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_EXCHANGE_H_
