#ifndef DROPCAP_NATIVE_HOT_DROP_COLUMNS_H_
#define DROPCAP_NATIVE_HOT_DROP_COLUMNS_H_

#include <cstddef>
#include <cstdint>

namespace dropcap {

// The columns of a DropBatch, in one block of memory for `capacity` rows. A column has 32 bits a row.
// layout.cc describes the columns for src/drop/layout.ts.
struct DropColumns {
  struct Column {
    // Name and type, as in src/drop/layout.ts.
    const char* name;
    uint32_t* DropColumns::*rows;
  };
  // In the order of the memory.
  static const Column kColumns[10];

  DropColumns(uint32_t* memory, size_t words);

  size_t capacity;
  uint32_t* kind;
  uint32_t* timestamp_low;
  uint32_t* timestamp_high;
  uint32_t* protocol;
  uint32_t* original_length;
  uint32_t* payload_offset;
  uint32_t* payload_length;
  uint32_t* lost_before;
  uint32_t* repeated_before;
  uint32_t* framing;
};

// Value of `framing` when a row's device and framing are not resolved yet.
constexpr uint32_t kFramingUnresolved = 255;
// Framings of src/linktype/framing.ts.
constexpr uint32_t kFramingEthernet = 0;
constexpr uint32_t kFramingRaw = 1;
constexpr uint32_t kFramingSll = 2;

// Facts about the device of a kind of alerts.
struct DeviceWords {
  // ARPHRD_*, or UINT32_MAX.
  uint32_t type;
  // Bit f is set when packets with framing f can come from the device.
  uint32_t framings;
  // 1 + the number of the kind without the device's name, with it, and with it when the frame is for the
  // device's address. 0: the alert's kind is unknown.
  uint32_t bare_kind, named_kind, certain_kind;
  // The device's hardware address: the first 2 and the last 4 bytes as big-endian numbers.
  uint32_t address_high, address_low;
};
constexpr size_t kDeviceKinds = 8192;
// DeviceTable.addressFilter of src/drop/device.ts.
constexpr size_t kAddressFilterBytes = 4096;

// The earliest and the latest time of packets: the words of a TimeRange of src/encode/timeRange.ts.
struct TimeWords {
  uint32_t first_high, first_low, last_high, last_low, any;
};

// A batch's memory. The arena holds the payloads.
struct BatchMemory {
  uint8_t* arena;
  size_t arena_bytes;
  DropColumns columns;
};

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_HOT_DROP_COLUMNS_H_
