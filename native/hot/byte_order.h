#ifndef DROPCAP_NATIVE_HOT_BYTE_ORDER_H_
#define DROPCAP_NATIVE_HOT_BYTE_ORDER_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace dropcap {

// Reads a value in this host's byte order, at any address.
template <typename T>
T Load(const uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof(value));
  return value;
}

template <typename T>
void Store(uint8_t* to, T value) {
  std::memcpy(to, &value, sizeof(value));
}

inline uint32_t LoadBigEndian16(const uint8_t* from) { return static_cast<uint32_t>(from[0]) << 8 | from[1]; }

inline size_t Align4(size_t value) { return (value + 3) & ~size_t{3}; }

// Hash of `size` bytes. `size` must be a multiple of 4.
inline uint64_t HashWords(const uint8_t* bytes, size_t size) {
  constexpr uint64_t kMultiplier = 0x9e3779b97f4a7c15;
  uint64_t hash = size;
  size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    hash = (hash ^ Load<uint64_t>(bytes + at)) * kMultiplier;
    hash ^= hash >> 32;
  }
  if (at < size) hash = (hash ^ Load<uint32_t>(bytes + at)) * kMultiplier;
  return hash ^ hash >> 29;
}

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_HOT_BYTE_ORDER_H_
