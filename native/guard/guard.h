#ifndef DROPCAP_NATIVE_GUARD_GUARD_H_
#define DROPCAP_NATIVE_GUARD_GUARD_H_

#include <unistd.h>

#include <cstdint>

#include "../posix.h"
#include "channel.h"
#include "drop_monitor.h"
#include "ownership.h"

namespace dropcap::guard {

// Serves one dropcap until dropcap requests the end, dropcap ends, or a signal comes. Then undoes its
// changes.
class Guard {
 public:
  // `channel`: the socket to dropcap. `parent`: a pidfd of dropcap. `status`: dropcap's /proc/PID/status, or
  // -1. `signals`: a signalfd of the signals that end the guard. The caller owns all four.
  Guard(int channel, int parent, int status, int signals)
      : channel_(channel), parent_(parent), status_(status), signals_(signals) {}

  // Returns whether all changes were undone.
  bool Run();

 private:
  enum class Turn { kGoOn, kEnd };

  Turn WaitAndServe();
  Turn Serve(const Request& request);
  Turn Answer(const Request& request, const Verdict& verdict, uint32_t value = 0, int attached = -1);
  Turn Open(const Request& request);
  Turn Keep(const Request& request);
  // Once a second, restarts the kept origins that another program stopped. Undoes all changes if dropcap
  // hangs and was asked to end.
  void LookAfter(int64_t now);
  int TimeoutMs(int64_t now) const;

  Channel channel_;
  const int parent_;
  const int status_;
  const int signals_;
  // Read before system calls are limited.
  const bool by_root_ = getuid() == 0;
  DropMonitor monitor_;
  Ownership ownership_{&monitor_};
  bool opened_ = false;

  // A bit for each origin to keep on. If it is not 0, `wanted_` and `next_look_` (ms) are valid.
  uint32_t kept_ = 0;
  Settings wanted_{};
  int64_t next_look_ = 0;
  // Time in ms of the last request.
  int64_t heard_ = 0;
  // For each origin, the errno that dropcap was last notified of: the same error is reported once.
  int told_[kOrigins] = {};

  // Time in ms at which the guard ends after a signal; 0: no signal came.
  int64_t end_by_ = 0;
};

}  // namespace dropcap::guard

#endif  // DROPCAP_NATIVE_GUARD_GUARD_H_
