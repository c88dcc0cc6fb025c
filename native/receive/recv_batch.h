#ifndef DROPCAP_NATIVE_RECEIVE_RECV_BATCH_H_
#define DROPCAP_NATIVE_RECEIVE_RECV_BATCH_H_

#include <linux/netlink.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dropcap {

// Memory for one batch; the caller owns it and keeps it while a RecvBatch uses it.
struct Arena {
  // `slots` slots of `slot_bytes` each.
  uint8_t* bytes;
  size_t slot_bytes;
  // Two words a slot: offset from `bytes`, length.
  uint32_t* index;
  size_t slots;
};

// What one call received.
struct BatchResult {
  // Messages in the index.
  uint32_t messages = 0;
  // Of these, how many were longer than a slot.
  uint32_t cut = 0;
  // Datagrams that did not come from the kernel and are not in the index.
  uint32_t not_from_kernel = 0;
  // Bytes of the messages in the index.
  uint64_t bytes = 0;
  // 0 or an errno, which comes with no message: EAGAIN when nothing is queued, ENOBUFS once for each overrun.
  int error = 0;
};

// Receives datagrams into one arena. The headers that recvmmsg wants point into the arena once and for all: a
// call costs nothing for the slots that stay empty.
class RecvBatch {
 public:
  explicit RecvBatch(const Arena& arena);

  size_t slots() const { return arena_.slots; }

  // One recvmmsg that does not wait. With `kernel_only`, datagrams whose sender has a port id stay out of the
  // index; their slots are skipped.
  BatchResult Receive(int fd, bool kernel_only);

 private:
  Arena arena_;
  std::vector<sockaddr_nl> senders_;
  std::vector<iovec> buffers_;
  std::vector<mmsghdr> headers_;
};

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_RECEIVE_RECV_BATCH_H_
