#ifndef DROPCAP_NATIVE_HOT_DECODE_H_
#define DROPCAP_NATIVE_HOT_DECODE_H_

#include <cstddef>
#include <cstdint>

#include "alert_templates.h"
#include "drop_columns.h"

namespace dropcap {

// Decodes messages of a batch's arena, as pairs of offset and length, into rows from `row` on, until one is
// met that no template fits, or that the batch has no room for. Returns how many.
size_t DecodeMessages(AlertTemplates& templates, BatchMemory& batch, size_t row, const uint32_t* index,
                      size_t count, uint32_t family_id);

// The same with the records of a little-endian pcap file of link type NETLINK that lie one behind the other
// from `at` to `end` of the arena, each with one message.
size_t DecodeRecords(AlertTemplates& templates, BatchMemory& batch, size_t row, size_t at, size_t end,
                     uint32_t family_id);

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_HOT_DECODE_H_
