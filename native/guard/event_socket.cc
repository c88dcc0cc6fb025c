#include "event_socket.h"

#include <linux/netlink.h>
#include <sys/socket.h>

#include <cerrno>

#include "privilege.h"

namespace dropcap::guard {

int OpenEventSocket(uint32_t group, uint32_t receive_buffer_bytes, UniqueFd* opened) {
  UniqueFd fd;
  {
    // For a privileged request, the kernel requires capabilities of the sender and of the process that opened
    // the socket (__netlink_ns_capable, net/netlink/af_netlink.c). So open the socket without capabilities.
    // Otherwise dropcap's user could make the socket the standard error of a set-user-id program, and the
    // program's messages would be privileged requests.
    const CapabilitiesOff off;
    if (!off.done()) return EPERM;
    fd.Reset(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_GENERIC));
    if (!fd.is_open()) return errno;
  }
  const auto set = [&](int level, int option, int value) {
    return setsockopt(fd.get(), level, option, &value, sizeof(value)) == 0;
  };
  if (receive_buffer_bytes > 0 && !set(SOL_SOCKET, SO_RCVBUFFORCE, static_cast<int>(receive_buffer_bytes))) {
    return errno;
  }
  // Forbid socket filters. A message that a filter rejects is a new drop (do_one_broadcast,
  // net/netlink/af_netlink.c). The kernel would send an alert about it to this socket, the filter would
  // reject the alert, and so on without end.
  if (!set(SOL_SOCKET, SO_LOCK_FILTER, 1)) return errno;
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  if (bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) return errno;
  if (!set(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, static_cast<int>(group))) return errno;
  opened->Reset(fd.Release());
  return 0;
}

}  // namespace dropcap::guard
