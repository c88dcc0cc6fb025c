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
constexpr uint32_t kAnyFraming = UINT32_MAX;
constexpr size_t kDeviceSlots = 1024;

// Fills in device type, framing and interface name of the batch's rows from `row` to `length` that were
// decoded from alerts, until one whose device is not in its slot, or whose framing is not plain: that of IP
// packets, of packets without protocol, and of Ethernet frames whose type is the protocol. That one is left
// for src/source/deviceColumns.ts, which defines what they get. Returns how many rows are before it.
size_t FillDevices(BatchMemory& batch, size_t row, size_t length, const DeviceSlot* slots);

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_HOT_FRAMING_H_
