#include "channel.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace dropcap::guard {
namespace {

bool HasOption(int fd, int option, int wanted) {
  int value = 0;
  socklen_t length = sizeof(value);
  return getsockopt(fd, SOL_SOCKET, option, &value, &length) == 0 && value == wanted;
}

}  // namespace

bool IsStreamFrom(int fd, pid_t peer) {
  if (!HasOption(fd, SO_DOMAIN, AF_UNIX) || !HasOption(fd, SO_TYPE, SOCK_STREAM)) return false;
  // For a socket pair, the kernel reports the process that made it. 0 means a process of another pid
  // namespace.
  ucred credentials{};
  socklen_t length = sizeof(credentials);
  return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 && credentials.pid > 0 &&
         credentials.pid == peer;
}

Channel::Received Channel::Receive(Request* request) {
  auto* const bytes = reinterpret_cast<char*>(&pending_);
  const ssize_t size = recv(fd_, bytes + received_, sizeof(pending_) - received_, MSG_DONTWAIT);
  if (size < 0) return errno == EAGAIN || errno == EINTR ? Received::kNothing : Received::kEnd;
  if (size == 0) return Received::kEnd;
  received_ += static_cast<size_t>(size);
  if (received_ < sizeof(pending_)) return Received::kNothing;
  received_ = 0;
  *request = pending_;
  return Received::kRequest;
}

int Channel::Send(const Reply& reply, int attached) {
  iovec bytes{.iov_base = const_cast<Reply*>(&reply), .iov_len = sizeof(reply)};
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(attached))] = {};
  if (attached >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(attached));
    std::memcpy(CMSG_DATA(header), &attached, sizeof(attached));
  }
  const ssize_t sent = sendmsg(fd_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0) return errno;
  // A reply fits in one buffer (unix_stream_sendmsg, net/unix/af_unix.c): the kernel sends all of it, or
  // nothing.
  return sent == sizeof(reply) ? 0 : EPIPE;
}

}  // namespace dropcap::guard
