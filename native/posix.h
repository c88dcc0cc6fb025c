#ifndef DROPCAP_NATIVE_POSIX_H_
#define DROPCAP_NATIVE_POSIX_H_

#include <cstdint>
#include <stdexcept>
#include <utility>

namespace dropcap {

// A failed system call, for code without napi.h.
class SyscallError : public std::runtime_error {
 public:
  SyscallError(const char* syscall, int error)
      : std::runtime_error(syscall), syscall(syscall), error(error) {}

  const char* const syscall;
  const int error;
};

// Owns a file descriptor and closes it exactly once.
class UniqueFd {
 public:
  explicit UniqueFd(int fd = -1) : fd_(fd) {}
  ~UniqueFd() { Reset(); }
  UniqueFd(UniqueFd&& other) : fd_(other.Release()) {}
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  // Returns the descriptor, which the caller must then close.
  int Release() { return std::exchange(fd_, -1); }
  void Reset(int fd = -1);

 private:
  int fd_;
};

// A socket's counters, from getsockopt(SO_MEMINFO).
struct SocketMemory {
  // Memory of the queued messages. Includes the kernel's structures, so it is more than the messages' bytes.
  uint32_t queued_bytes;
  // The most that queued_bytes can be: twice the receive buffer that was set.
  uint32_t receive_buffer;
  // Messages that the kernel dropped because the receive buffer was full (sk_drops).
  uint32_t dropped;
};

// Reads a socket's counters. Returns false on error: Linux before 4.12 has no SO_MEMINFO.
bool ReadSocketMemory(int fd, SocketMemory* memory);

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_POSIX_H_
