// Receives by recvmmsg and writes the received bytes unchanged, with one writev a batch: the upper limit for
// a receiver that keeps the packets.  store GROUP BUFFER_BYTES FILE
#define _GNU_SOURCE
#include <sys/uio.h>

#include "batches.h"

static int file;

static void Store(struct iovec* messages, int count) {
  while (count > 0) {
    ssize_t written = writev(file, messages, count);
    if (written < 0) Fail("writev");
    while (count > 0 && (size_t)written >= messages->iov_len) {
      written -= (ssize_t)messages->iov_len;
      ++messages;
      --count;
    }
    if (count > 0) {
      messages->iov_base = (char*)messages->iov_base + written;
      messages->iov_len -= (size_t)written;
    }
  }
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  file = open(argv[3], O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file < 0) Fail(argv[3]);
  OpenReceiver(atoi(argv[1]), atoi(argv[2]));
  ReceiveBatches(Store);
  return 0;
}
