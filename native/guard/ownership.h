#ifndef DROPCAP_NATIVE_GUARD_OWNERSHIP_H_
#define DROPCAP_NATIVE_GUARD_OWNERSHIP_H_

#include <cstdint>
#include <optional>

#include "drop_monitor.h"

namespace dropcap::guard {

inline constexpr uint32_t kOrigins = 2;

// What the guard changed in the kernel, and so has to undo. The monitor itself has no owner.
class Ownership {
 public:
  explicit Ownership(DropMonitor* monitor) : monitor_(monitor) {}

  // Packet mode. Before it first succeeds, remembers the settings that were.
  Verdict Configure(uint32_t truncation_length, uint32_t queue_length);

  // Remembers what it started.
  Verdict Start(uint32_t origin);

  // What Restart() found.
  enum class Restarted { kNotNeeded, kDone, kFailed };

  // Turns monitoring of an origin on again, with `wanted` settings, where somebody had turned it off.
  // Settings that somebody made meanwhile are put back at the end instead of older ones: without a capture
  // they would be in force. Packet mode is taken for that of a monitor that was joined and ended: what it had
  // found nobody knows, so the kernel's defaults are put back.
  Restarted Restart(uint32_t origin, const Settings& wanted, Verdict* verdict);

  // Stops what was started and puts the settings back. Tries for seconds, should the kernel be out of memory.
  // The verdict is of what could not be undone, and is left for another call; that somebody else monitors
  // meanwhile, so that the settings are theirs, is none.
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
