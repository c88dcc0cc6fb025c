#include "layout.h"

#include <iterator>

#include "drop_columns.h"

namespace dropcap {

const DropColumns::Column DropColumns::kColumns[] = {
    {"kind:u32", &DropColumns::kind},
    {"timestampLow:u32", &DropColumns::timestamp_low},
    {"timestampHigh:u32", &DropColumns::timestamp_high},
    {"protocol:i32", &DropColumns::protocol},
    {"originalLength:u32", &DropColumns::original_length},
    {"payloadOffset:u32", &DropColumns::payload_offset},
    {"payloadLength:u32", &DropColumns::payload_length},
    {"lostBefore:u32", &DropColumns::lost_before},
    {"repeatedBefore:u32", &DropColumns::repeated_before},
    {"framing:u32", &DropColumns::framing},
};

DropColumns::DropColumns(uint32_t* memory, size_t words) : capacity(words / std::size(kColumns)) {
  uint32_t* next = memory;
  for (const Column& column : kColumns) {
    this->*column.rows = next;
    next += capacity;
  }
}

std::string DescribeLayout() {
  static_assert(sizeof(DeviceWords) == 7 * sizeof(uint32_t) && sizeof(TimeWords) == 5 * sizeof(uint32_t));
  std::string text = "columns";
  for (const DropColumns::Column& column : DropColumns::kColumns) {
    text += ' ';
    text += column.name;
  }
  text += "; unresolved " + std::to_string(kFramingUnresolved);
  text += "; framings ethernet " + std::to_string(kFramingEthernet) + " raw " + std::to_string(kFramingRaw) +
          " sll " + std::to_string(kFramingSll);
  text += "; devices " + std::to_string(kDeviceKinds) +
          " deviceType framings bareKind namedKind certainKind addressHigh addressLow";
  text += "; address filter " + std::to_string(kAddressFilterBytes);
  text += "; times firstHigh firstLow lastHigh lastLow any";
  return text;
}

}  // namespace dropcap
