#ifndef DROPCAP_NATIVE_GUARD_CHANNEL_H_
#define DROPCAP_NATIVE_GUARD_CHANNEL_H_

#include <sys/types.h>

#include <cstddef>

#include "protocol.h"

namespace dropcap::guard {

// Whether `fd` is one end of a pair of AF_UNIX stream sockets that the process `peer` made.
bool IsStreamFrom(int fd, pid_t peer);

// The guard's end of the socket to dropcap. No function waits.
class Channel {
 public:
  enum class Received {
    kNothing,  // no complete request yet
    kRequest,
    kEnd,  // the peer closed its end
  };

  // Does not own `fd`.
  explicit Channel(int fd) : fd_(fd) {}

  int fd() const { return fd_; }

  // Receives the available bytes of one request, and no byte of the next. The kernel closes descriptors that
  // were sent with the bytes: recv() does not take them.
  Received Receive(Request* request);

  // Sends a reply or notice, with the descriptor `attached` unless it is -1. Returns 0, or an errno: EAGAIN
  // when the peer does not read, EPIPE when the peer closed its end.
  int Send(const Reply& reply, int attached = -1);

 private:
  const int fd_;
  // The request being received, and the number of its bytes that were received.
  Request pending_{};
  size_t received_ = 0;
};

}  // namespace dropcap::guard

#endif  // DROPCAP_NATIVE_GUARD_CHANNEL_H_
