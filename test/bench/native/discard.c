// Receives by recvmmsg and throws away: the most that any receiver can reach.  discard GROUP BUFFER_BYTES
// FILE (which it does not make, but is told as every receiver).
#define _GNU_SOURCE
#include "batches.h"

static void Discard(struct iovec* messages, int count) {
  (void)messages;
  (void)count;
}

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  OpenReceiver(atoi(argv[1]), atoi(argv[2]));
  ReceiveBatches(Discard);
  return 0;
}
