// Shared code of the receivers that use recvmmsg: its memory, and the loop until the end. Needs
// _GNU_SOURCE.
#ifndef DROPCAP_BENCH_BATCHES_H_
#define DROPCAP_BENCH_BATCHES_H_

#include "receiver.h"

enum { kSlots = 128 };

// Messages of a batch, each with its received length.
typedef void (*TakeBatch)(struct iovec* messages, int count);

// Receives batches, gives each to `take`, and reports at the end.
static void ReceiveBatches(TakeBatch take) {
  static char memory[kSlots][kMessageBytes];
  struct iovec buffers[kSlots];
  struct iovec messages[kSlots];
  struct mmsghdr headers[kSlots] = {0};
  for (int i = 0; i < kSlots; ++i) {
    buffers[i] = (struct iovec){memory[i], kMessageBytes};
    headers[i].msg_hdr = (struct msghdr){.msg_iov = &buffers[i], .msg_iovlen = 1};
  }
  uint64_t received = 0;
  struct timeval last = {0};
  for (;;) {
    const int count = recvmmsg(receiver_fd, headers, kSlots, MSG_WAITFORONE, NULL);
    if (count > 0) {
      for (int i = 0; i < count; ++i) messages[i] = (struct iovec){memory[i], headers[i].msg_len};
      take(messages, count);
      gettimeofday(&last, NULL);
      received += (uint64_t)count;
    } else if (!GoesOn()) {
      break;
    }
  }
  Report(received, last);
}

#endif  // DROPCAP_BENCH_BATCHES_H_
