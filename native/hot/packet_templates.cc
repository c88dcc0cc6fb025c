#include "packet_templates.h"

#include <algorithm>
#include <cstring>

#include "byte_order.h"

namespace dropcap {
namespace {

constexpr size_t kMaxTemplateBytes = 4 << 20;

// The enhanced packet block: see src/pcapng/enhancedPacket.ts.
constexpr uint32_t kEnhancedPacket = 6;
constexpr size_t kHeaderBytes = 28;
constexpr size_t kTrailerBytes = 4;
// Offset of epb_flags' value. epb_flags is the first option, and its code and length come first.
constexpr size_t kFlagsOffset = 4;
constexpr size_t kMinOptionBytes = 12;
constexpr uint8_t kFlagsMulticast = 0x8;
constexpr uint8_t kFlagsBroadcast = 0xc;

// Reception bits of epb_flags, from the destination address. In a truncated address, missing bytes are
// ignored.
uint8_t Reception(const uint8_t* payload, size_t length, uint32_t framing) {
  if (framing != kFramingEthernet || length == 0 || (payload[0] & 1) == 0) return 0;
  const size_t bytes = std::min<size_t>(length, 6);
  const bool broadcast = std::all_of(payload, payload + bytes, [](uint8_t byte) { return byte == 0xff; });
  return broadcast ? kFlagsBroadcast : kFlagsMulticast;
}

void Include(TimeWords* times, uint32_t high, uint32_t low) {
  if (times->any == 0 || high < times->first_high || (high == times->first_high && low < times->first_low)) {
    times->first_high = high;
    times->first_low = low;
  }
  if (high > times->last_high || (high == times->last_high && low > times->last_low)) {
    times->last_high = high;
    times->last_low = low;
  }
  times->any = 1;
}

}  // namespace

void PacketTemplates::Clear() {
  templates_.Clear();
  bytes_.clear();
}

void PacketTemplates::Learn(const DropColumns& columns, size_t row, uint32_t interface_id,
                            std::span<const uint8_t> prefix, std::span<const uint8_t> options) {
  if (options.size() < kMinOptionBytes || options.size() % 4 != 0) return;
  const Key key = {columns.kind[row], columns.protocol[row], columns.framing[row]};
  const std::span<const uint8_t> key_bytes(reinterpret_cast<const uint8_t*>(&key), sizeof(key));
  if (templates_.Find(key_bytes) != templates_.kNone) return;
  if (bytes_.size() + prefix.size() + options.size() > kMaxTemplateBytes) Clear();
  const Template learned = {.interface_id = interface_id,
                            .begin = static_cast<uint32_t>(bytes_.size()),
                            .prefix_bytes = static_cast<uint32_t>(prefix.size()),
                            .option_bytes = static_cast<uint32_t>(options.size())};
  if (templates_.Add(key_bytes, learned)) {
    // Add() emptied the table: remove the bytes of its templates too.
    bytes_.clear();
    templates_[0].begin = 0;
  }
  bytes_.insert(bytes_.end(), prefix.begin(), prefix.end());
  bytes_.insert(bytes_.end(), options.begin(), options.end());
}

size_t PacketTemplates::Encode(const BatchMemory& batch, size_t row, size_t length, BlockOutput& output) {
  const DropColumns& columns = batch.columns;
  const size_t first = row;
  for (; row < std::min(length, columns.capacity); ++row) {
    if (columns.lost_before[row] != 0 || columns.repeated_before[row] != 0) break;
    const Key key = {columns.kind[row], columns.protocol[row], columns.framing[row]};
    const uint32_t index = templates_.Find({reinterpret_cast<const uint8_t*>(&key), sizeof(key)});
    if (index == templates_.kNone || !Append(batch, row, templates_[index], output)) break;
  }
  return row - first;
}

bool PacketTemplates::Append(const BatchMemory& batch, size_t row, const Template& common,
                             BlockOutput& output) const {
  const DropColumns& columns = batch.columns;
  const size_t offset = columns.payload_offset[row];
  const size_t payload_bytes = columns.payload_length[row];
  if (offset > batch.arena_bytes || payload_bytes > batch.arena_bytes - offset) return false;
  const size_t captured = common.prefix_bytes + payload_bytes;
  const size_t padded = Align4(captured);
  const size_t total = kHeaderBytes + padded + common.option_bytes + kTrailerBytes;
  if (total > output.bytes.size() - output.length || common.interface_id >= output.packets.size()) {
    return false;
  }
  const uint64_t original = uint64_t{columns.original_length[row]} + common.prefix_bytes;
  const uint32_t high = columns.timestamp_high[row];
  const uint32_t low = columns.timestamp_low[row];
  const uint8_t* const payload = batch.arena + offset;

  uint8_t* const block = output.bytes.data() + output.length;
  const uint32_t header[] = {kEnhancedPacket,
                             static_cast<uint32_t>(total),
                             common.interface_id,
                             high,
                             low,
                             static_cast<uint32_t>(captured),
                             static_cast<uint32_t>(std::clamp<uint64_t>(original, captured, UINT32_MAX))};
  static_assert(sizeof(header) == kHeaderBytes);
  std::memcpy(block, header, sizeof(header));
  uint8_t* const packet = block + kHeaderBytes;
  uint8_t* const options = packet + padded;
  // Clear the last word, which has the padding. The packet's bytes then overwrite their part of that word.
  if (padded != 0) Store<uint32_t>(options - 4, 0);
  const uint8_t* const bytes = bytes_.data() + common.begin;
  if (common.prefix_bytes != 0) std::memcpy(packet, bytes, common.prefix_bytes);
  std::memcpy(packet + common.prefix_bytes, payload, payload_bytes);
  std::memcpy(options, bytes + common.prefix_bytes, common.option_bytes);
  options[kFlagsOffset] |= Reception(payload, payload_bytes, columns.framing[row]);
  Store(options + common.option_bytes, static_cast<uint32_t>(total));

  output.length += total;
  output.packets[common.interface_id]++;
  Include(output.times, high, low);
  return true;
}

}  // namespace dropcap
