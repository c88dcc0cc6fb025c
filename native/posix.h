#ifndef DROPCAP_NATIVE_POSIX_H_
#define DROPCAP_NATIVE_POSIX_H_

#include <cstdint>
#include <stdexcept>
#include <utility>

namespace dropcap {

// A failed system call, for code that knows no JavaScript.
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
  // Gives the descriptor away.
  int Release() { return std::exchange(fd_, -1); }
  void Reset(int fd = -1);

 private:
  int fd_;
};

// What getsockopt(SO_MEMINFO) tells of a socket.
struct SocketMemory {
  // Memory of the queued messages: the kernel's bookkeeping included, so always more than their bytes.
  uint32_t queued_bytes;
  // Messages that found no room (sk_drops).
  uint32_t dropped;
};

// False before Linux 4.12, which has no SO_MEMINFO.
bool ReadSocketMemory(int fd, SocketMemory* memory);

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_POSIX_H_
