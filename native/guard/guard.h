#ifndef DROPCAP_NATIVE_GUARD_GUARD_H_
#define DROPCAP_NATIVE_GUARD_GUARD_H_

#include <cstdint>

#include "../posix.h"
#include "channel.h"
#include "drop_monitor.h"
#include "ownership.h"

namespace dropcap::guard {

// Serves one dropcap until it asks for the end, is gone, or a signal comes; then nothing is left on.
class Guard {
 public:
  // `channel`: the socket to dropcap. `parent`: a pidfd of dropcap. `signals`: a signalfd of those that end
  // the guard. None is owned.
  Guard(int channel, int parent, int signals) : channel_(channel), parent_(parent), signals_(signals) {}

  // Returns whether everything was undone.
  bool Run();

 private:
  enum class Turn { kGoOn, kEnd };

  Turn WaitAndServe();
  Turn Serve(const Request& request);
  Turn Answer(const Request& request, const Verdict& verdict, uint32_t value = 0, int attached = -1);
  Turn Open(const Request& request);
  Turn Keep(const Request& request);
  // Looks after each kept origin, when a second has gone by.
  void LookAfter(int64_t now);
  int TimeoutMs(int64_t now) const;

  Channel channel_;
  const int parent_;
  const int signals_;
  DropMonitor monitor_;
  Ownership ownership_{&monitor_};
  bool opened_ = false;

  // A bit for each origin; while there is one, `wanted_` and `next_look_` are valid.
  uint32_t kept_ = 0;
  Settings wanted_{};
  int64_t next_look_ = 0;
  // What dropcap was told last of an origin that cannot be restarted: it is told once.
  int told_[kOrigins] = {};

  // When a signal's grace is over; 0: none came.
  int64_t end_by_ = 0;
};

}  // namespace dropcap::guard

#endif  // DROPCAP_NATIVE_GUARD_GUARD_H_
