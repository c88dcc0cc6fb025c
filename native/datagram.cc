#include "datagram.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

#include "posix.h"

namespace dropcap {

void SendDatagram(std::string_view address, std::span<const uint8_t> message) {
  sockaddr_un receiver{};
  receiver.sun_family = AF_UNIX;
  // One byte less: a path must end with 0.
  if (address.size() >= sizeof(receiver.sun_path)) throw SyscallError("sendto", ENAMETOOLONG);
  std::memcpy(receiver.sun_path, address.data(), address.size());
  const bool is_abstract = address.starts_with('@');
  if (is_abstract) receiver.sun_path[0] = '\0';
  // The length of an abstract name counts: zeros after it would be a part of it (unix(7)).
  const size_t length = offsetof(sockaddr_un, sun_path) + address.size() + (is_abstract ? 0 : 1);

  const UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) throw SyscallError("socket", errno);
  const ssize_t sent = sendto(socket.get(), message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                              reinterpret_cast<const sockaddr*>(&receiver), static_cast<socklen_t>(length));
  if (sent < 0) throw SyscallError("sendto", errno);
}

}  // namespace dropcap
