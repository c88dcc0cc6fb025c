#include "exchange.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace dropcap {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kTagBytes = 4;

void WaitFor(int fd, short events, Clock::time_point deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd wait{fd, events, 0};
    const int ready = poll(&wait, 1, static_cast<int>(std::max<int64_t>(left, 0)));
    if (ready > 0) return;
    if (ready == 0) throw SyscallError("poll", ETIMEDOUT);
    if (errno != EINTR) throw SyscallError("poll", errno);
  }
}

// Takes the descriptors that came with received bytes. Keeps the first one in `taken`, closes further ones.
// Throws SyscallError with EPROTO when there is more than one.
void TakeDescriptors(msghdr* message, UniqueFd* taken) {
  bool too_many = (message->msg_flags & MSG_CTRUNC) != 0;
  for (cmsghdr* header = CMSG_FIRSTHDR(message); header != nullptr; header = CMSG_NXTHDR(message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd;
      std::memcpy(&fd, CMSG_DATA(header) + i * sizeof(fd), sizeof(fd));
      UniqueFd came(fd);
      if (taken->is_open()) {
        too_many = true;
      } else {
        taken->Reset(came.Release());
      }
    }
  }
  if (too_many) throw SyscallError("recvmsg(SCM_RIGHTS)", EPROTO);
}

size_t ReceiveSome(int fd, std::span<uint8_t> to, UniqueFd* taken) {
  iovec bytes{.iov_base = to.data(), .iov_len = to.size()};
  // Room for several descriptors: with room for one, a second descriptor would not be reported as an error.
  alignas(cmsghdr) char control[CMSG_SPACE(4 * sizeof(int))];
  msghdr message{};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  const ssize_t size = recvmsg(fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
  if (size < 0) throw SyscallError("recvmsg", errno);
  TakeDescriptors(&message, taken);
  if (size == 0) throw SyscallError("recvmsg", ECONNRESET);
  return static_cast<size_t>(size);
}

}  // namespace

UniqueFd Exchange(int fd, std::span<const uint8_t> request, std::span<uint8_t> reply, int timeout_ms) {
  const auto deadline = Clock::now() + std::chrono::milliseconds(timeout_ms);
  for (size_t sent = 0; sent < request.size();) {
    WaitFor(fd, POLLOUT, deadline);
    const ssize_t size = send(fd, request.data() + sent, request.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size >= 0) {
      sent += static_cast<size_t>(size);
    } else if (errno != EAGAIN && errno != EINTR) {
      throw SyscallError("send", errno == EPIPE ? ECONNRESET : errno);
    }
  }
  UniqueFd taken;
  for (size_t received = 0; received < reply.size();) {
    WaitFor(fd, POLLIN, deadline);
    received += ReceiveSome(fd, reply.subspan(received), &taken);
  }
  if (std::memcmp(request.data(), reply.data(), kTagBytes) != 0) throw SyscallError("recvmsg", EPROTO);
  return taken;
}

}  // namespace dropcap
