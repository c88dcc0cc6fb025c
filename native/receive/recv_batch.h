#ifndef DROPCAP_NATIVE_RECEIVE_RECV_BATCH_H_
#define DROPCAP_NATIVE_RECEIVE_RECV_BATCH_H_

#include <linux/netlink.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dropcap {

// Memory for one batch. The caller owns the memory, and must keep it as long as the RecvBatch exists.
struct Arena {
  // `slots` slots of `slot_bytes` each.
  uint8_t* bytes;
  size_t slot_bytes;
  // Two words for each slot: offset from `bytes`, length in bytes.
  uint32_t* index;
  size_t slots;
};

// The result of one call.
struct BatchResult {
  // Messages in the index.
  uint32_t messages = 0;
  // Messages in the index that were longer than a slot, and so were cut.
  uint32_t cut = 0;
  // Datagrams that did not come from the kernel and are not in the index.
  uint32_t not_from_kernel = 0;
  // Bytes of the messages in the index.
  uint64_t bytes = 0;
  // 0, or an errno without messages. EAGAIN: nothing is queued. ENOBUFS: once for each overrun.
  int error = 0;
};

// Receives datagrams into one arena. The constructor points recvmmsg's headers to the slots once, so that a
// call costs nothing for empty slots.
class RecvBatch {
 public:
  explicit RecvBatch(const Arena& arena);

  size_t slots() const { return arena_.slots; }

  // One recvmmsg, which does not wait. With `kernel_only`, datagrams whose sender's port id is not 0 are not
  // added to the index.
  BatchResult Receive(int fd, bool kernel_only);

 private:
  Arena arena_;
  std::vector<sockaddr_nl> senders_;
  std::vector<iovec> buffers_;
  std::vector<mmsghdr> headers_;
};

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_RECEIVE_RECV_BATCH_H_
