#ifndef DROPCAP_NATIVE_GUARD_DROP_MONITOR_H_
#define DROPCAP_NATIVE_GUARD_DROP_MONITOR_H_

#include <cstdint>

#include "netlink.h"

namespace dropcap::guard {

// The monitor's settings: global, and kept when their setter ends.
struct Settings {
  uint8_t alert_mode;
  uint32_t truncation_length;
  uint32_t queue_length;

  bool operator==(const Settings&) const = default;
};

// Packet mode with these lengths.
Settings PacketMode(uint32_t truncation_length, uint32_t queue_length);

// What a module that was just loaded has: summary mode, packets whole, queues of 1000.
inline constexpr Settings kKernelDefaults = {0, 0, 1000};

// The kernel's drop monitor: the generic netlink family NET_DM (net/core/drop_monitor.c), as requests.
class DropMonitor {
 public:
  // Looks up the family, for which the kernel loads its module. ENOENT: there is none.
  Verdict Find();
  bool found() const { return family_ != 0; }
  uint16_t family() const { return family_; }
  // The multicast group of alerts.
  uint32_t events_group() const { return events_group_; }

  Verdict GetSettings(Settings* settings);
  // EBUSY while monitoring is on, whoever started it.
  Verdict Configure(const Settings& settings);
  // EAGAIN when it is on already. `origin`: 0 software, 1 hardware.
  Verdict Start(uint32_t origin);
  // It has no owner: this stops everybody's. Success also when it is off.
  Verdict Stop(uint32_t origin);

 private:
  RequestSocket socket_;
  uint16_t family_ = 0;
  uint32_t events_group_ = 0;
};

}  // namespace dropcap::guard

#endif  // DROPCAP_NATIVE_GUARD_DROP_MONITOR_H_
