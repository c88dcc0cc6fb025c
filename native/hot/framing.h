#ifndef DROPCAP_NATIVE_HOT_FRAMING_H_
#define DROPCAP_NATIVE_HOT_FRAMING_H_

#include <cstddef>
#include <cstdint>

#include "drop_columns.h"

namespace dropcap {

// Resolves framing and kind of the batch's rows from `row` to `length` that have kFramingUnresolved. Stops
// at the first row whose kind has no device words, or whose framing is not plain. Plain are: IP packets,
// packets without protocol, and Ethernet frames whose type is the protocol. The caller must give that row
// to src/source/deviceResolver.ts, which defines the results for all rows. Returns the number of rows
// before it. devices: kDeviceKinds of them, by the number of the alert's kind. Only kinds of little-endian
// hosts have device words. Not plain is also a frame whose addresses may belong to another device than its
// own: address_filter has kAddressFilterBytes, see DeviceTable.addressFilter of src/drop/device.ts.
size_t ResolveDevices(BatchMemory& batch, size_t row, size_t length, const DeviceWords* devices,
                      const uint8_t* address_filter);

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_HOT_FRAMING_H_
