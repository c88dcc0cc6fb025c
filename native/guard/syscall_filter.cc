#include "syscall_filter.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace dropcap::guard {

// AddressSanitizer makes system calls of its own (test/native/sanitize.sh).
#if (defined(__x86_64__) || defined(__aarch64__)) && defined(__LP64__) && !defined(__SANITIZE_ADDRESS__)

namespace {

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#else
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#endif
// x32 calls have x86_64's architecture, and this bit in their number. aarch64 has no such numbers.
constexpr uint32_t kX32Bit = 0x40000000;

constexpr uint32_t kAllowed[] = {
// Guard: waits, requests and replies. libc's poll() is ppoll(2) where there is no poll(2). The kernel repeats
// a poll that SIGSTOP interrupted as restart_syscall(2). clock_gettime(2): if the clock has no vDSO.
#if defined(SYS_poll)
    SYS_poll,
#endif
    SYS_ppoll,
    SYS_restart_syscall,
    SYS_clock_gettime,
    SYS_read,
    SYS_pread64,
    SYS_recvfrom,
    SYS_sendmsg,
    // RequestSocket, OpenEventSocket, KeepCapabilities. socket(2) is checked below.
    SYS_sendto,
    SYS_connect,
    SYS_bind,
    SYS_setsockopt,
    SYS_close,
    SYS_capget,
    SYS_capset,
    // The end of the process.
    SYS_exit_group,
};
constexpr uint32_t kAllowedCount = static_cast<uint32_t>(std::size(kAllowed));

// Reads a word of struct seccomp_data. Both processors are little-endian: the low word of a 64-bit argument
// is the first.
constexpr sock_filter Load(size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset));
}
constexpr sock_filter JumpIfEqual(uint32_t value, uint32_t yes, uint32_t no) {
  return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, static_cast<uint8_t>(yes), static_cast<uint8_t>(no));
}
constexpr sock_filter Return(uint32_t action) { return BPF_STMT(BPF_RET | BPF_K, action); }

struct Program {
  sock_filter instructions[6 + kAllowedCount + 5];
};

constexpr Program MakeProgram() {
  Program program{};
  sock_filter* next = program.instructions;
  *next++ = Load(offsetof(seccomp_data, arch));
  *next++ = JumpIfEqual(kArchitecture, 1, 0);
  *next++ = Return(SECCOMP_RET_KILL_PROCESS);
  *next++ = Load(offsetof(seccomp_data, nr));
  *next++ = BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, kX32Bit, 0, 1);
  *next++ = Return(SECCOMP_RET_KILL_PROCESS);
  // Jumps count the instructions that they skip. After the list: socket(2)'s two, EPERM, allow.
  for (uint32_t i = 0; i < kAllowedCount; ++i) *next++ = JumpIfEqual(kAllowed[i], kAllowedCount - i + 3, 0);
  *next++ = JumpIfEqual(SYS_socket, 0, 2);
  *next++ = Load(offsetof(seccomp_data, args));
  *next++ = JumpIfEqual(AF_NETLINK, 1, 0);
  *next++ = Return(SECCOMP_RET_ERRNO | EPERM);
  *next++ = Return(SECCOMP_RET_ALLOW);
  return program;
}

}  // namespace

bool FilterSystemCalls() {
  Program program = MakeProgram();
  const sock_fprog filter{.len = static_cast<unsigned short>(std::size(program.instructions)),
                          .filter = program.instructions};
  // EINVAL: the kernel has no CONFIG_SECCOMP_FILTER.
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0 || errno == EINVAL;
}

#else

bool FilterSystemCalls() { return true; }

#endif

}  // namespace dropcap::guard
