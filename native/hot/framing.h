#ifndef DROPCAP_NATIVE_HOT_FRAMING_H_
#define DROPCAP_NATIVE_HOT_FRAMING_H_

#include <cstddef>
#include <cstdint>

#include "drop_columns.h"

namespace dropcap {

// What is known of a device, in a table of kDeviceSlots that TypeScript fills: that with index i, if its slot
// has it, is in slot i modulo kDeviceSlots.
struct DeviceSlot {
  // 0: the slot is empty.
  uint32_t ifindex;
  // ARPHRD_*, or kDeviceTypeUnknown.
  uint32_t type;
  // Id of its name in the batch's strings; 0 for none.
  uint32_t name;
  // Bit f: packets of framing f can come from it.
  uint32_t framings;
};
constexpr size_t kDeviceSlots = 1024;

// Fills in device type, framing and interface name of the batch's first `length` rows, where these were
// decoded from alerts, the device is in its slot, and the framing is plain: an Ethernet frame or an IP packet
// that nothing speaks against. The other rows are left for src/source/deviceColumns.ts, which defines what
// they get. Returns how many.
size_t FillDevices(BatchMemory& batch, size_t length, const DeviceSlot* slots);

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_HOT_FRAMING_H_
