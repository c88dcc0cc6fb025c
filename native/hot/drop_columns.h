#ifndef DROPCAP_NATIVE_HOT_DROP_COLUMNS_H_
#define DROPCAP_NATIVE_HOT_DROP_COLUMNS_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace dropcap {

// The columns of a DropBatch, in the order in which src/drop/batch.ts lays them out in one block of memory: for
// `capacity` rows, those of 32 bits a row, then those of 8.
struct DropColumns {
  static constexpr size_t kWordColumns = 18;
  static constexpr size_t kByteColumns = 4;
  static constexpr size_t kRowBytes = 4 * kWordColumns + kByteColumns;

  DropColumns(uint8_t* memory, size_t memory_bytes) : capacity(memory_bytes / kRowBytes) {
    auto* word = reinterpret_cast<uint32_t*>(memory);
    for (uint32_t** column : {&place, &pc_low, &pc_high, &timestamp_low, &timestamp_high, &ifindex, &protocol,
                              &original_length, &payload_offset, &payload_length, &reason, &symbol, &trap,
                              &trap_group, &interface_name, &cookie, &lost_before, &device_type}) {
      *column = word;
      word += capacity;
    }
    auto* byte = reinterpret_cast<uint8_t*>(word);
    for (uint8_t** column : {&origin, &little_endian, &name_source, &framing}) {
      *column = byte;
      byte += capacity;
    }
  }

  size_t capacity;
  uint32_t* place;
  uint32_t* pc_low;
  uint32_t* pc_high;
  uint32_t* timestamp_low;
  uint32_t* timestamp_high;
  uint32_t* ifindex;
  uint32_t* protocol;
  uint32_t* original_length;
  uint32_t* payload_offset;
  uint32_t* payload_length;
  uint32_t* reason;
  uint32_t* symbol;
  uint32_t* trap;
  uint32_t* trap_group;
  uint32_t* interface_name;
  uint32_t* cookie;
  uint32_t* lost_before;
  uint32_t* device_type;
  uint8_t* origin;
  uint8_t* little_endian;
  uint8_t* name_source;
  uint8_t* framing;
};

// Values of the columns, as in src/drop/batch.ts and src/linktype/framing.ts.
constexpr uint8_t kNameFromAlert = 0;
constexpr uint8_t kNameFromDevices = 1;
constexpr uint32_t kDeviceNotLookedUp = static_cast<uint32_t>(-2);
constexpr uint32_t kDeviceTypeUnknown = static_cast<uint32_t>(-1);
constexpr uint8_t kFramingEthernet = 0;
constexpr uint8_t kFramingRaw = 1;
constexpr uint8_t kFramingSll = 2;

// A batch's memory: payloads lie in the arena.
struct BatchMemory {
  uint8_t* arena;
  size_t arena_bytes;
  DropColumns columns;
};

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_HOT_DROP_COLUMNS_H_
