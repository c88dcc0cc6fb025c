#include "alert_templates.h"

#include <linux/genetlink.h>
#include <linux/net_dropmon.h>
#include <linux/netlink.h>

#include <algorithm>
#include <atomic>
#include <cstring>

#include "byte_order.h"

namespace dropcap {
namespace {

constexpr size_t kSlots = 16'384;
// Templates before they are learned anew: a quarter of the slots keeps look-ups short.
constexpr size_t kMaxTemplates = kSlots / 4;
// No kernel's alert has more bytes of metadata, or more attributes.
constexpr size_t kMaxPrefixBytes = 1024;
constexpr int kMaxAttributes = 12;
constexpr size_t kAttributesOffset = NLMSG_HDRLEN + GENL_HDRLEN;
constexpr uint32_t kEthPNetlinkGeneric = 16;

// First words of attributes: nla_len, nla_type.
constexpr uint32_t Head(size_t value_bytes, uint32_t type) {
  return static_cast<uint32_t>(NLA_HDRLEN + value_bytes) | type << 16;
}
constexpr uint32_t kTimestampHead = Head(8, NET_DM_ATTR_TIMESTAMP);
constexpr uint32_t kOriginalLengthHead = Head(4, NET_DM_ATTR_ORIG_LEN);
constexpr uint32_t kProtocolHead = Head(2, NET_DM_ATTR_PROTO);

// What follows the prefix, as offsets from the time stamp's attribute on.
constexpr size_t kTimestamp = 4;
constexpr size_t kOriginalLengthAttribute = 12;
constexpr size_t kOriginalLength = 16;
constexpr size_t kProtocolAttribute = 20;
constexpr size_t kProtocol = 24;
constexpr size_t kPayloadAttribute = 28;
constexpr size_t kPayload = 32;

constexpr size_t kNoTail = static_cast<size_t>(-1);

// Places are never used twice, by no table of this process: a place stands for the same metadata wherever it
// is met.
uint32_t NewPlace() {
  static std::atomic<uint32_t> last{0};
  uint32_t place = ++last;
  if (place == 0) place = ++last;
  return place;
}

// Whether a time stamp's attribute, ORIG_LEN, PROTO and PAYLOAD are all that these bytes hold.
bool IsTail(const uint8_t* tail, size_t bytes) {
  if (bytes < kPayload || Load<uint32_t>(tail) != kTimestampHead) return false;
  const auto payload = Load<uint32_t>(tail + kPayloadAttribute);
  const size_t payload_bytes = payload & 0xffff;
  return Load<uint32_t>(tail + kOriginalLengthAttribute) == kOriginalLengthHead &&
         Load<uint32_t>(tail + kProtocolAttribute) == kProtocolHead && payload >> 16 == NET_DM_ATTR_PAYLOAD &&
         payload_bytes >= NLA_HDRLEN && kPayloadAttribute + Align4(payload_bytes) == bytes;
}

// Where the tail begins; kNoTail where the first time stamp's attribute does not begin one.
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

AlertTemplates::AlertTemplates() : slots_(kSlots) {}

void AlertTemplates::Clear() {
  std::fill(slots_.begin(), slots_.end(), 0);
  templates_.clear();
  prefixes_.clear();
  last_ = 0;
}

void AlertTemplates::Learn(const uint8_t* attributes, size_t bytes, DropColumns& columns, size_t row) {
  const size_t tail = FindTail(attributes, bytes);
  if (tail == kNoTail) return;
  const uint64_t hash = HashWords(attributes, tail);
  if (Find(attributes, tail, hash) != nullptr) return;
  if (templates_.size() == kMaxTemplates) Clear();
  size_t slot = hash % kSlots;
  while (slots_[slot] != 0) slot = (slot + 1) % kSlots;
  const Template learned = {.hash = hash,
                            .begin = prefixes_.size(),
                            .bytes = tail,
                            .place = NewPlace(),
                            .pc_low = columns.pc_low[row],
                            .pc_high = columns.pc_high[row],
                            .ifindex = columns.ifindex[row],
                            .reason = columns.reason[row],
                            .symbol = columns.symbol[row],
                            .trap = columns.trap[row],
                            .trap_group = columns.trap_group[row],
                            .interface_name = columns.interface_name[row],
                            .cookie = columns.cookie[row],
                            .origin = columns.origin[row],
                            .next = 0};
  columns.place[row] = learned.place;
  templates_.push_back(learned);
  prefixes_.insert(prefixes_.end(), attributes, attributes + tail);
  slots_[slot] = static_cast<uint16_t>(templates_.size());
}

bool AlertTemplates::Decode(BatchMemory& batch, size_t offset, size_t bytes, uint32_t family_id, size_t row) {
  if (bytes < kAttributesOffset) return false;
  const uint8_t* const message = batch.arena + offset;
  if (Load<uint32_t>(message) != bytes || Load<uint16_t>(message + 4) != family_id ||
      message[NLMSG_HDRLEN] != NET_DM_CMD_PACKET_ALERT) {
    return false;
  }
  const uint8_t* const attributes = message + kAttributesOffset;
  const Template* const known = Match(attributes, bytes - kAttributesOffset);
  if (known == nullptr) return false;
  const uint8_t* const tail = attributes + known->bytes;
  const uint32_t protocol = Load<uint16_t>(tail + kProtocol);
  const uint8_t* const payload = tail + kPayload;
  const uint32_t payload_bytes = Load<uint16_t>(tail + kPayloadAttribute) - NLA_HDRLEN;
  // It may be a drop of an alert, which src/dropmon/alertDecoder.ts tells.
  if (known->ifindex == 0 && (protocol == 0 || protocol == kEthPNetlinkGeneric) &&
      payload_bytes >= kAttributesOffset && Load<uint16_t>(payload + 4) == family_id) {
    return false;
  }

  DropColumns& columns = batch.columns;
  columns.place[row] = known->place;
  columns.pc_low[row] = known->pc_low;
  columns.pc_high[row] = known->pc_high;
  columns.timestamp_low[row] = Load<uint32_t>(tail + kTimestamp);
  columns.timestamp_high[row] = Load<uint32_t>(tail + kTimestamp + 4);
  columns.ifindex[row] = known->ifindex;
  columns.protocol[row] = protocol;
  columns.original_length[row] = std::max(Load<uint32_t>(tail + kOriginalLength), payload_bytes);
  columns.payload_offset[row] = static_cast<uint32_t>(payload - batch.arena);
  columns.payload_length[row] = payload_bytes;
  columns.reason[row] = known->reason;
  columns.symbol[row] = known->symbol;
  columns.trap[row] = known->trap;
  columns.trap_group[row] = known->trap_group;
  columns.interface_name[row] = known->interface_name;
  columns.cookie[row] = known->cookie;
  columns.lost_before[row] = 0;
  columns.device_type[row] = kDeviceNotLookedUp;
  columns.origin[row] = known->origin;
  columns.little_endian[row] = 1;
  columns.name_source[row] = kNameFromAlert;
  return true;
}

const AlertTemplates::Template* AlertTemplates::Match(const uint8_t* attributes, size_t bytes) {
  if (templates_.empty()) return nullptr;
  Template& last = templates_[last_];
  const Template& guess = templates_[last.next];
  if (guess.bytes <= bytes && std::memcmp(prefixes_.data() + guess.begin, attributes, guess.bytes) == 0 &&
      IsTail(attributes + guess.bytes, bytes - guess.bytes)) {
    last_ = last.next;
    return &guess;
  }
  const size_t tail = FindTail(attributes, bytes);
  if (tail == kNoTail) return nullptr;
  const Template* const known = Find(attributes, tail, HashWords(attributes, tail));
  if (known != nullptr) last_ = last.next = static_cast<uint16_t>(known - templates_.data());
  return known;
}

const AlertTemplates::Template* AlertTemplates::Find(const uint8_t* prefix, size_t bytes,
                                                     uint64_t hash) const {
  for (size_t slot = hash % kSlots; slots_[slot] != 0; slot = (slot + 1) % kSlots) {
    const Template& known = templates_[slots_[slot] - 1];
    if (known.hash == hash && known.bytes == bytes &&
        std::memcmp(prefixes_.data() + known.begin, prefix, bytes) == 0) {
      return &known;
    }
  }
  return nullptr;
}

}  // namespace dropcap
