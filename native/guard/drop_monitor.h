#ifndef DROPCAP_NATIVE_GUARD_DROP_MONITOR_H_
#define DROPCAP_NATIVE_GUARD_DROP_MONITOR_H_

#include <cstdint>

#include "netlink.h"

namespace dropcap::guard {

// The monitor's settings. Settings are global, and stay when the process that set them ends.
struct Settings {
  uint8_t alert_mode;
  uint32_t truncation_length;
  uint32_t queue_length;

  bool operator==(const Settings&) const = default;
};

// Settings with these lengths, of summary mode or of packet mode.
Settings MakeSettings(bool summary, uint32_t truncation_length, uint32_t queue_length);

// The settings of a newly loaded module: summary mode, whole packets, queues of 1000 packets.
inline constexpr Settings kKernelDefaults = {0, 0, 1000};

// Requests to the kernel's drop monitor, the generic netlink family NET_DM (net/core/drop_monitor.c).
class DropMonitor {
 public:
  // Looks up the family; the kernel loads its module for this. ENOENT: the kernel has no drop monitor.
  Verdict Find();
  bool found() const { return family_ != 0; }
  uint16_t family() const { return family_; }
  // The multicast group of alerts.
  uint32_t events_group() const { return events_group_; }

  Verdict GetSettings(Settings* settings);
  // Changes the settings. EBUSY while monitoring is on, by any program.
  Verdict Configure(const Settings& settings);
  // Starts monitoring. `origin`: 0 software, 1 hardware. EAGAIN when monitoring of the origin is already on.
  Verdict Start(uint32_t origin);
  // Stops monitoring, for all programs: monitoring has no owner. Succeeds also when it is off.
  Verdict Stop(uint32_t origin);

 private:
  RequestSocket socket_;
  uint16_t family_ = 0;
  uint32_t events_group_ = 0;
};

}  // namespace dropcap::guard

#endif  // DROPCAP_NATIVE_GUARD_DROP_MONITOR_H_
