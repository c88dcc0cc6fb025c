#include "privilege.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#include <cstdio>
#include <cstdlib>

#include "../posix.h"

namespace dropcap::guard {
namespace {

static_assert(kNetAdmin == uint64_t{1} << CAP_NET_ADMIN && kSysAdmin == uint64_t{1} << CAP_SYS_ADMIN);

// close_range(2) exists since Linux 5.9, packet mode since 5.4. The number is the same on all processors.
constexpr long kCloseRange = 436;

// capget(2) and capset(2) without libcap: each set has 64 bits, in two halves.
bool GetPermitted(uint64_t* permitted) {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct halves[_LINUX_CAPABILITY_U32S_3] = {};
  if (syscall(SYS_capget, &header, halves) != 0) return false;
  *permitted = uint64_t{halves[1].permitted} << 32 | halves[0].permitted;
  return true;
}

bool SetCapabilities(uint64_t permitted, uint64_t effective) {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct halves[_LINUX_CAPABILITY_U32S_3] = {};
  for (int half = 0; half < _LINUX_CAPABILITY_U32S_3; ++half) {
    halves[half].permitted = static_cast<uint32_t>(permitted >> (32 * half));
    halves[half].effective = static_cast<uint32_t>(effective >> (32 * half));
  }
  return syscall(SYS_capset, &header, halves) == 0;
}

// No program that this process could execute gets a capability, also not as root. Does not change the
// permitted ones. Needs CAP_SETPCAP, which root has. For other users, NO_NEW_PRIVS has the same effect.
void EmptyBoundingSet() {
  for (unsigned long capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
    prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  }
}

// -1000 also spares the guard when the kernel kills a whole control group because it is out of memory
// (mem_cgroup_scan_tasks with oom_kill_memcg_member, mm/oom_kill.c). Needs CAP_SYS_RESOURCE.
void AvoidOutOfMemoryKiller() {
  const UniqueFd score(open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  if (score.is_open()) dprintf(score.get(), "-1000");
}

bool CloseFrom(unsigned int first) {
  if (syscall(kCloseRange, first, UINT_MAX, 0) == 0) return true;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  for (rlim_t fd = first; fd < limit.rlim_max && fd < INT_MAX; ++fd) close(static_cast<int>(fd));
  return true;
}

}  // namespace

bool RestrictProcess() {
  // This must be first: afterwards the file in /proc belongs to root, and CAP_SYS_RESOURCE is given up.
  AvoidOutOfMemoryKiller();
  const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
  const bool restricted =
      prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
      setrlimit(RLIMIT_CORE, &no_core) == 0 && clearenv() == 0 && chdir("/") == 0 && CloseFrom(4);
  close(0);
  close(1);
  umask(077);
  setsid();  // Fails, without harm, when the guard already leads a session, as a detached child does.
  EmptyBoundingSet();
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  return KeepCapabilities(kNetAdmin | kSysAdmin) && restricted;
}

bool KeepCapabilities(uint64_t kept) {
  uint64_t permitted = 0;
  return GetPermitted(&permitted) && SetCapabilities(permitted & kept, permitted & kept);
}

CapabilitiesOff::CapabilitiesOff() { done_ = GetPermitted(&permitted_) && SetCapabilities(permitted_, 0); }

CapabilitiesOff::~CapabilitiesOff() {
  if (done_) SetCapabilities(permitted_, permitted_);
}

}  // namespace dropcap::guard
