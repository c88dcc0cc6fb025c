#ifndef DROPCAP_NATIVE_GUARD_PRIVILEGE_H_
#define DROPCAP_NATIVE_GUARD_PRIVILEGE_H_

#include <cstdint>

namespace dropcap::guard {

// Sets of capabilities, a bit each.
inline constexpr uint64_t kNetAdmin = uint64_t{1} << 12;
inline constexpr uint64_t kSysAdmin = uint64_t{1} << 21;

// Gives up everything that the guard does not need: environment, folder, descriptors from 4 on and those
// below 2, core dumps, being traced by its user, new privileges, and all capabilities but kNetAdmin and
// kSysAdmin. Asks the kernel not to choose it when memory is short, if it may. False when the kernel refused
// one of the others.
bool RestrictProcess();

// Gives up all capabilities that are not in `kept`, for good. What is left takes effect, whether the
// program's file says so (`+ep`) or only permits it (`+p`). False when the kernel refused.
bool KeepCapabilities(uint64_t kept);

// While it lives, no capability is in effect.
class CapabilitiesOff {
 public:
  CapabilitiesOff();
  ~CapabilitiesOff();
  CapabilitiesOff(const CapabilitiesOff&) = delete;
  CapabilitiesOff& operator=(const CapabilitiesOff&) = delete;

  bool done() const { return done_; }

 private:
  uint64_t permitted_ = 0;
  bool done_ = false;
};

}  // namespace dropcap::guard

#endif  // DROPCAP_NATIVE_GUARD_PRIVILEGE_H_
