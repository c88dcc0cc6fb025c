#ifndef DROPCAP_NATIVE_HOT_DECODE_H_
#define DROPCAP_NATIVE_HOT_DECODE_H_

#include <cstddef>
#include <cstdint>

#include "alert_templates.h"
#include "drop_columns.h"

namespace dropcap {

// Decodes messages of a batch's arena into rows, from row `row` on. Stops at the first message that fits no
// template, and when the batch has no room. Returns the number of decoded messages. index: `count` pairs of
// offset and length.
size_t DecodeMessages(AlertTemplates& templates, BatchMemory& batch, size_t row, const uint32_t* index,
                      size_t count, uint32_t family_id);

// Does the same for records of a little-endian pcap file of link type NETLINK. The records are contiguous,
// from `at` to `end` of the arena. Each record has one message.
size_t DecodeRecords(AlertTemplates& templates, BatchMemory& batch, size_t row, size_t at, size_t end,
                     uint32_t family_id);

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_HOT_DECODE_H_
