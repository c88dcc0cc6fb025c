#include "alert_templates.h"

#include <linux/genetlink.h>
#include <linux/net_dropmon.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cstring>

#include "byte_order.h"

namespace dropcap {
namespace {

// Limits of an alert's metadata. No kernel's alerts exceed these limits.
constexpr size_t kMaxPrefixBytes = 1024;
constexpr int kMaxAttributes = 12;
constexpr size_t kAttributesOffset = NLMSG_HDRLEN + GENL_HDRLEN;
constexpr uint32_t kEthPNetlinkGeneric = 16;

// First word of an attribute: nla_len, nla_type.
constexpr uint32_t Head(size_t value_bytes, uint32_t type) {
  return static_cast<uint32_t>(NLA_HDRLEN + value_bytes) | type << 16;
}
constexpr uint32_t kTimestampHead = Head(8, NET_DM_ATTR_TIMESTAMP);
constexpr uint32_t kOriginalLengthHead = Head(4, NET_DM_ATTR_ORIG_LEN);
constexpr uint32_t kProtocolHead = Head(2, NET_DM_ATTR_PROTO);

// Offsets after the prefix, counted from the time stamp's attribute.
constexpr size_t kTimestamp = 4;
constexpr size_t kOriginalLengthAttribute = 12;
constexpr size_t kOriginalLength = 16;
constexpr size_t kProtocolAttribute = 20;
constexpr size_t kProtocol = 24;
constexpr size_t kPayloadAttribute = 28;
constexpr size_t kPayload = 32;

constexpr size_t kNoTail = static_cast<size_t>(-1);

// Whether the bytes are exactly these attributes: time stamp, ORIG_LEN, PROTO and PAYLOAD.
bool IsTail(const uint8_t* tail, size_t bytes) {
  if (bytes < kPayload || Load<uint32_t>(tail) != kTimestampHead) return false;
  const auto payload = Load<uint32_t>(tail + kPayloadAttribute);
  const size_t payload_bytes = payload & 0xffff;
  return Load<uint32_t>(tail + kOriginalLengthAttribute) == kOriginalLengthHead &&
         Load<uint32_t>(tail + kProtocolAttribute) == kProtocolHead && payload >> 16 == NET_DM_ATTR_PAYLOAD &&
         payload_bytes >= NLA_HDRLEN && kPayloadAttribute + Align4(payload_bytes) == bytes;
}

// Offset of the tail; kNoTail when the first time stamp's attribute does not begin a tail.
size_t FindTail(const uint8_t* attributes, size_t bytes) {
  size_t at = 0;
  for (int i = 0; i < kMaxAttributes && at + kPayload <= bytes && at <= kMaxPrefixBytes; ++i) {
    const auto head = Load<uint32_t>(attributes + at);
    if (head == kTimestampHead) return IsTail(attributes + at, bytes - at) ? at : kNoTail;
    const size_t length = head & 0xffff;
    if (length < NLA_HDRLEN) return kNoTail;
    at += Align4(length);
  }
  return kNoTail;
}

}  // namespace

void AlertTemplates::Clear() {
  templates_.Clear();
  last_ = 0;
}

void AlertTemplates::Learn(std::span<const uint8_t> attributes, uint32_t kind, bool may_be_copy) {
  const size_t tail = FindTail(attributes.data(), attributes.size());
  if (tail == kNoTail || templates_.Find(attributes.first(tail)) != templates_.kNone) return;
  if (templates_.Add(attributes.first(tail), {.kind = kind, .may_be_copy = may_be_copy, .next = 0}))
    last_ = 0;
}

bool AlertTemplates::Decode(BatchMemory& batch, size_t offset, size_t bytes, uint32_t family_id, size_t row) {
  if (bytes < kAttributesOffset) return false;
  const uint8_t* const message = batch.arena + offset;
  if (Load<uint32_t>(message) != bytes || Load<uint16_t>(message + 4) != family_id ||
      message[NLMSG_HDRLEN] != NET_DM_CMD_PACKET_ALERT) {
    return false;
  }
  const std::span<const uint8_t> attributes(message + kAttributesOffset, bytes - kAttributesOffset);
  const uint32_t index = Match(attributes);
  if (index == templates_.kNone) return false;
  const Template& known = templates_[index];
  const uint8_t* const tail = attributes.data() + templates_.Key(index).size();
  const uint32_t protocol = Load<uint16_t>(tail + kProtocol);
  const uint8_t* const payload = tail + kPayload;
  const uint32_t payload_bytes = Load<uint16_t>(tail + kPayloadAttribute) - NLA_HDRLEN;
  // The packet may be a copy of an alert. src/dropmon/alertDecoder.ts decides.
  if (known.may_be_copy && (protocol == 0 || protocol == kEthPNetlinkGeneric) &&
      payload_bytes >= kAttributesOffset && Load<uint16_t>(payload + 4) == family_id) {
    return false;
  }

  DropColumns& columns = batch.columns;
  columns.kind[row] = known.kind;
  columns.timestamp_low[row] = Load<uint32_t>(tail + kTimestamp);
  columns.timestamp_high[row] = Load<uint32_t>(tail + kTimestamp + 4);
  columns.protocol[row] = protocol;
  columns.original_length[row] = std::max(Load<uint32_t>(tail + kOriginalLength), payload_bytes);
  columns.payload_offset[row] = static_cast<uint32_t>(payload - batch.arena);
  columns.payload_length[row] = payload_bytes;
  columns.lost_before[row] = 0;
  columns.repeated_before[row] = 0;
  columns.framing[row] = kFramingUnresolved;
  return true;
}

uint32_t AlertTemplates::Match(std::span<const uint8_t> attributes) {
  if (templates_.size() == 0) return templates_.kNone;
  Template& last = templates_[last_];
  const std::span<const uint8_t> guess = templates_.Key(last.next);
  if (guess.size() <= attributes.size() && std::memcmp(guess.data(), attributes.data(), guess.size()) == 0 &&
      IsTail(attributes.data() + guess.size(), attributes.size() - guess.size())) {
    return last_ = last.next;
  }
  const size_t tail = FindTail(attributes.data(), attributes.size());
  if (tail == kNoTail) return templates_.kNone;
  const uint32_t known = templates_.Find(attributes.first(tail));
  if (known != templates_.kNone) last_ = last.next = known;
  return known;
}

}  // namespace dropcap
