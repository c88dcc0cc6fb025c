#ifndef DROPCAP_NATIVE_GUARD_CHANNEL_H_
#define DROPCAP_NATIVE_GUARD_CHANNEL_H_

#include <sys/types.h>

#include <cstddef>

#include "protocol.h"

namespace dropcap::guard {

// Whether `fd` is a connected AF_UNIX stream socket whose other end the process `peer` made.
bool IsStreamFrom(int fd, pid_t peer);

// The guard's end of the socket to dropcap. Never waits.
class Channel {
 public:
  enum class Received {
    kNothing,  // not yet a whole request
    kRequest,
    kEnd,  // the peer is gone
  };

  // Does not own `fd`.
  explicit Channel(int fd) : fd_(fd) {}

  int fd() const { return fd_; }

  // Receives what there is of one request, and never a byte of the next. Descriptors that were sent along are
  // discarded by the kernel, since recv() has no place for them.
  Received Receive(Request* request);

  // Sends a reply or notice, with a descriptor unless `attached` is -1. Returns 0, or an errno: EAGAIN when
  // the peer does not read, EPIPE when it is gone.
  int Send(const Reply& reply, int attached = -1);

 private:
  const int fd_;
  // The request that is arriving, and how many bytes of it did.
  Request pending_{};
  size_t received_ = 0;
};

}  // namespace dropcap::guard

#endif  // DROPCAP_NATIVE_GUARD_CHANNEL_H_
