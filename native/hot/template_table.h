#ifndef DROPCAP_NATIVE_HOT_TEMPLATE_TABLE_H_
#define DROPCAP_NATIVE_HOT_TEMPLATE_TABLE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "byte_order.h"

namespace dropcap {

// Finds values by keys. A key is bytes; its length must be a multiple of 4. Bounded: adding to a full table
// empties the table first, and then all earlier indexes are invalid.
template <typename Value>
class TemplateTable {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  TemplateTable() : slots_(kSlots) {}

  size_t size() const { return entries_.size(); }
  Value& operator[](uint32_t index) { return entries_[index].value; }
  std::span<const uint8_t> Key(uint32_t index) const {
    return {keys_.data() + entries_[index].key, entries_[index].key_bytes};
  }

  // Index of a key's value; kNone when the table lacks the key.
  uint32_t Find(std::span<const uint8_t> key) const {
    const uint64_t hash = HashWords(key.data(), key.size());
    for (size_t slot = hash % kSlots; slots_[slot] != 0; slot = (slot + 1) % kSlots) {
      const Entry& entry = entries_[slots_[slot] - 1];
      if (entry.hash == hash && entry.key_bytes == key.size() &&
          std::memcmp(keys_.data() + entry.key, key.data(), key.size()) == 0) {
        return slots_[slot] - 1u;
      }
    }
    return kNone;
  }

  // Adds a key. The table must not have the key. Returns whether the table was emptied first.
  bool Add(std::span<const uint8_t> key, const Value& value) {
    const bool full = entries_.size() == kMaxEntries || keys_.size() + key.size() > kMaxKeyBytes;
    if (full) Clear();
    const uint64_t hash = HashWords(key.data(), key.size());
    size_t slot = hash % kSlots;
    while (slots_[slot] != 0) slot = (slot + 1) % kSlots;
    entries_.push_back({.hash = hash, .key = keys_.size(), .key_bytes = key.size(), .value = value});
    keys_.insert(keys_.end(), key.begin(), key.end());
    slots_[slot] = static_cast<uint16_t>(entries_.size());
    return full;
  }

  void Clear() {
    std::fill(slots_.begin(), slots_.end(), 0);
    entries_.clear();
    keys_.clear();
  }

 private:
  static constexpr size_t kSlots = 16'384;
  // A quarter of the slots: look-ups stay short.
  static constexpr size_t kMaxEntries = kSlots / 4;
  static constexpr size_t kMaxKeyBytes = 4 << 20;

  struct Entry {
    uint64_t hash;
    // Offset in keys_.
    size_t key;
    size_t key_bytes;
    Value value;
  };

  // 1 + an index; 0 when the slot is free.
  std::vector<uint16_t> slots_;
  std::vector<Entry> entries_;
  std::vector<uint8_t> keys_;
};

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_HOT_TEMPLATE_TABLE_H_
