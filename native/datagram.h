#ifndef DROPCAP_NATIVE_DATAGRAM_H_
#define DROPCAP_NATIVE_DATAGRAM_H_

#include <cstdint>
#include <span>
#include <string_view>

namespace dropcap {

// Sends one datagram to an AF_UNIX socket: a path, or "@NAME" for the abstract name NAME. Never waits. Throws
// SyscallError: ENAMETOOLONG; EAGAIN when the receiver's queue is full; ECONNREFUSED or ENOENT without a
// receiver.
void SendDatagram(std::string_view address, std::span<const uint8_t> message);

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_DATAGRAM_H_
