#include "decode.h"

#include <linux/if_arp.h>
#include <linux/netlink.h>

#include "byte_order.h"

namespace dropcap {
namespace {

constexpr size_t kRecordHeaderBytes = 16;
constexpr size_t kCapturedLengthOffset = 8;
// The cooked header of LINKTYPE_NETLINK, big-endian.
constexpr size_t kCookedHeaderBytes = 16;
constexpr size_t kCookedTypeOffset = 2;
constexpr size_t kCookedFamilyOffset = 14;

}  // namespace

size_t DecodeMessages(AlertTemplates& templates, BatchMemory& batch, size_t row, const uint32_t* index,
                      size_t count, uint32_t family_id) {
  size_t done = 0;
  for (; done < count && row + done < batch.columns.capacity; ++done) {
    const size_t offset = index[2 * done];
    const size_t bytes = index[2 * done + 1];
    if (offset > batch.arena_bytes || bytes > batch.arena_bytes - offset ||
        !templates.Decode(batch, offset, bytes, family_id, row + done)) {
      break;
    }
  }
  return done;
}

size_t DecodeRecords(AlertTemplates& templates, BatchMemory& batch, size_t row, size_t at, size_t end,
                     uint32_t family_id) {
  size_t done = 0;
  for (; row + done < batch.columns.capacity; ++done) {
    const uint8_t* const record = batch.arena + at;
    if (end - at < kRecordHeaderBytes + kCookedHeaderBytes) break;
    const size_t captured = Load<uint32_t>(record + kCapturedLengthOffset);
    if (captured < kCookedHeaderBytes || captured > end - at - kRecordHeaderBytes) break;
    const uint8_t* const cooked = record + kRecordHeaderBytes;
    if (LoadBigEndian16(cooked + kCookedTypeOffset) != ARPHRD_NETLINK ||
        LoadBigEndian16(cooked + kCookedFamilyOffset) != NETLINK_GENERIC ||
        !templates.Decode(batch, at + kRecordHeaderBytes + kCookedHeaderBytes, captured - kCookedHeaderBytes,
                          family_id, row + done)) {
      break;
    }
    at += kRecordHeaderBytes + captured;
  }
  return done;
}

}  // namespace dropcap
