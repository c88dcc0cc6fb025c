// Receives by recvmmsg and throws away: the most that any receiver can reach.  discard GROUP BUFFER_BYTES
// FILE (which it does not make, but is told as every receiver).
#define _GNU_SOURCE
#include "receiver.h"

enum { kSlots = 128 };

static char messages[kSlots][kMessageBytes];

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  OpenReceiver(atoi(argv[1]), atoi(argv[2]));
  struct iovec buffers[kSlots];
  struct mmsghdr headers[kSlots] = {0};
  for (int i = 0; i < kSlots; ++i) {
    buffers[i] = (struct iovec){messages[i], kMessageBytes};
    headers[i].msg_hdr = (struct msghdr){.msg_iov = &buffers[i], .msg_iovlen = 1};
  }
  uint64_t received = 0;
  struct timeval last = {0};
  for (;;) {
    const int count = recvmmsg(receiver_fd, headers, kSlots, MSG_WAITFORONE, NULL);
    if (count > 0) {
      gettimeofday(&last, NULL);
      received += (uint64_t)count;
    } else if (!GoesOn()) {
      break;
    }
  }
  Report(received, last);
  return 0;
}
