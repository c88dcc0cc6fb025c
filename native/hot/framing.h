#ifndef DROPCAP_NATIVE_HOT_FRAMING_H_
#define DROPCAP_NATIVE_HOT_FRAMING_H_

#include <cstddef>
#include <cstdint>

#include "drop_columns.h"

namespace dropcap {

// Resolves framing and kind of the batch's rows from `row` to `length` that have kFramingUnresolved, until
// one whose kind has no device words, or whose framing is not plain: that of IP packets, of packets without
// protocol, and of Ethernet frames whose type is the protocol. That one is left for
// src/source/deviceResolver.ts, which defines what they get. Returns how many rows are before it.
// devices: kDeviceKinds of them, by the number of the alert's kind. Only kinds of little-endian hosts have
// some.
size_t ResolveDevices(BatchMemory& batch, size_t row, size_t length, const DeviceWords* devices);

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_HOT_FRAMING_H_
