#ifndef DROPCAP_NATIVE_GUARD_PRIVILEGE_H_
#define DROPCAP_NATIVE_GUARD_PRIVILEGE_H_

#include <cstdint>

namespace dropcap::guard {

// Capabilities, as bits of a set.
inline constexpr uint64_t kNetAdmin = uint64_t{1} << 12;
inline constexpr uint64_t kSysAdmin = uint64_t{1} << 21;

// Gives up everything that the guard does not need: environment, current folder, descriptors 0, 1 and from 4
// on, core dumps, being traced by its user, new privileges, and all capabilities except kNetAdmin and
// kSysAdmin. If allowed, makes the out-of-memory killer spare the guard. False when the kernel refused one of
// the other steps.
bool RestrictProcess();

// Permanently gives up all capabilities that are not in `kept`. Makes the kept ones effective, also when the
// file only permits them (`+p` instead of `+ep`). False when the kernel refused.
bool KeepCapabilities(uint64_t kept);

// While an object exists, no capability is effective.
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
