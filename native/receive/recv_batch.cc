#include "recv_batch.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

namespace dropcap {
namespace {

// Most messages are short. With small pages, only the pages of a slot that were written take memory. Where
// the kernel uses huge pages by default, all pages would take memory, and be zeroed: 60 MB for four arenas.
void UseSmallPages(const Arena& arena) {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto begin = (reinterpret_cast<uintptr_t>(arena.bytes) + page - 1) & ~(page - 1);
  const auto end = (reinterpret_cast<uintptr_t>(arena.bytes) + arena.slots * arena.slot_bytes) & ~(page - 1);
  // Ignore an error: kernels without huge pages refuse this advice.
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_NOHUGEPAGE);
}

}  // namespace

RecvBatch::RecvBatch(const Arena& arena)
    : arena_(arena), senders_(arena.slots), buffers_(arena.slots), headers_(arena.slots) {
  UseSmallPages(arena);
  for (size_t slot = 0; slot < arena.slots; ++slot) {
    buffers_[slot] = {.iov_base = arena.bytes + slot * arena.slot_bytes, .iov_len = arena.slot_bytes};
    msghdr& header = headers_[slot].msg_hdr;
    header.msg_name = &senders_[slot];
    header.msg_namelen = sizeof(sockaddr_nl);
    header.msg_iov = &buffers_[slot];
    header.msg_iovlen = 1;
  }
}

BatchResult RecvBatch::Receive(int fd, bool kernel_only) {
  BatchResult result;
  // Without the flag MSG_TRUNC, msg_len is the length in the slot, and msg_flags report a cut message. The
  // kernel keeps an error after the first message for the next call (do_recvmmsg, net/socket.c).
  const int received =
      recvmmsg(fd, headers_.data(), static_cast<unsigned>(headers_.size()), MSG_DONTWAIT, nullptr);
  if (received < 0) {
    result.error = errno;
    return result;
  }
  uint32_t* entry = arena_.index;
  for (int slot = 0; slot < received; ++slot) {
    mmsghdr& header = headers_[slot];
    header.msg_hdr.msg_namelen = sizeof(sockaddr_nl);
    if (kernel_only && senders_[slot].nl_pid != 0) {
      ++result.not_from_kernel;
      continue;
    }
    *entry++ = static_cast<uint32_t>(slot * arena_.slot_bytes);
    *entry++ = header.msg_len;
    ++result.messages;
    result.bytes += header.msg_len;
    if ((header.msg_hdr.msg_flags & MSG_TRUNC) != 0) ++result.cut;
  }
  return result;
}

}  // namespace dropcap
