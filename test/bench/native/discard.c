// Receives by recvmmsg and discards everything: the upper limit for any receiver.  discard GROUP BUFFER_BYTES
// FILE (every receiver gets FILE; this receiver does not make it).
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
