// Receives by recvmmsg and writes what came, as it came, by one writev a batch: the most that a receiver
// which keeps the packets can reach.  store GROUP BUFFER_BYTES FILE
#define _GNU_SOURCE
#include <sys/uio.h>

#include "receiver.h"

enum { kSlots = 128 };

static char messages[kSlots][kMessageBytes];

static void WriteAll(int file, struct iovec* pieces, int count) {
  while (count > 0) {
    ssize_t written = writev(file, pieces, count);
    if (written < 0) Fail("writev");
    while (count > 0 && (size_t)written >= pieces->iov_len) {
      written -= (ssize_t)pieces->iov_len;
      ++pieces;
      --count;
    }
    if (count > 0) {
      pieces->iov_base = (char*)pieces->iov_base + written;
      pieces->iov_len -= (size_t)written;
    }
  }
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const int file = open(argv[3], O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0) Fail(argv[3]);
  OpenReceiver(atoi(argv[1]), atoi(argv[2]));
  struct iovec buffers[kSlots];
  struct iovec pieces[kSlots];
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
      for (int i = 0; i < count; ++i) pieces[i] = (struct iovec){messages[i], headers[i].msg_len};
      WriteAll(file, pieces, count);
      gettimeofday(&last, NULL);
      received += (uint64_t)count;
    } else if (!GoesOn()) {
      break;
    }
  }
  Report(received, last);
  return 0;
}
