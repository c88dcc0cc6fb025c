#ifndef DROPCAP_NATIVE_GUARD_OWNERSHIP_H_
#define DROPCAP_NATIVE_GUARD_OWNERSHIP_H_

#include <cstdint>
#include <optional>

#include "drop_monitor.h"

namespace dropcap::guard {

inline constexpr uint32_t kOrigins = 2;

// The guard's changes to the drop monitor, which it must undo. The kernel does not record who made them.
class Ownership {
 public:
  explicit Ownership(DropMonitor* monitor) : monitor_(monitor) {}

  // Changes the settings. The first success remembers the previous settings for Undo().
  Verdict Configure(const Settings& wanted);

  // Starts monitoring an origin, and remembers it for Undo().
  Verdict Start(uint32_t origin);

  // The result of Restart().
  enum class Restarted { kNotNeeded, kDone, kFailed };

  // Restarts monitoring of an origin, with `wanted` settings, if another program stopped it. If a program
  // changed the settings meanwhile, Undo() restores these settings instead of the older ones: they would be
  // current without this capture. Exception: after joining another program, found settings in packet mode, or
  // equal to `wanted`, are that program's, and the settings before it are unknown. Undo() then restores the
  // kernel's defaults.
  Restarted Restart(uint32_t origin, const Settings& wanted, Verdict* verdict);

  // Stops the origins that Start() started, and restores the settings. Repeats for seconds while the kernel
  // is out of memory. Returns an error when something could not be undone; the next call tries that again. It
  // is not an error when another program monitors now (EBUSY): the settings are then that program's. Nor is
  // it an error when the family is gone (ENOENT): its module, which had the settings, was unloaded.
  Verdict Undo();

 private:
  Verdict ConfigureFrom(const Settings& found, const Settings& wanted);
  bool Owns(uint32_t origin) const { return (started_ >> origin & 1) != 0; }

  DropMonitor* const monitor_;
  // A bit for each origin.
  uint32_t started_ = 0;
  std::optional<Settings> before_;
};

}  // namespace dropcap::guard

#endif  // DROPCAP_NATIVE_GUARD_OWNERSHIP_H_
