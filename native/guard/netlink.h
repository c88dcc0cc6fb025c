#ifndef DROPCAP_NATIVE_GUARD_NETLINK_H_
#define DROPCAP_NATIVE_GUARD_NETLINK_H_

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "../posix.h"

namespace dropcap::guard {

// The kernel's answer to a request.
struct Verdict {
  // errno; 0: the request succeeded.
  int error = 0;
  // True when the request was sent, but its ack was lost: the kernel may have done the request.
  bool uncertain = false;
  // The kernel's extended ack, not terminated.
  uint32_t text_length = 0;
  char text[256] = {};
};

// A generic netlink request, in the order of its bytes: struct nlmsghdr (16), struct genlmsghdr (4), then
// attributes, each struct nlattr (u16 length without padding, u16 type), value, padding to 4.
class GenericRequest {
 public:
  GenericRequest(uint16_t family, uint8_t command, uint8_t version);

  GenericRequest& Flag(uint16_t type) { return Put(type, nullptr, 0); }
  GenericRequest& U8(uint16_t type, uint8_t value) { return Put(type, &value, sizeof(value)); }
  GenericRequest& U32(uint16_t type, uint32_t value) { return Put(type, &value, sizeof(value)); }
  // A string with its terminating NUL.
  GenericRequest& String(uint16_t type, const char* value);

 private:
  friend class RequestSocket;
  GenericRequest& Put(uint16_t type, const void* value, size_t size);

  // Room for the largest request of the guard. Put() ends the process when an attribute does not fit.
  struct {
    nlmsghdr header;
    genlmsghdr generic;
    uint8_t attributes[44];
  } message_{};
};

// Walks the attributes in `bytes`. Ends at bytes that are not an attribute.
class AttributeWalk {
 public:
  explicit AttributeWalk(std::span<const uint8_t> bytes) : rest_(bytes) {}

  bool Next();
  uint16_t type() const { return type_; }
  std::span<const uint8_t> value() const { return value_; }
  // Copies the value. False when its size is not `size`.
  bool Read(void* to, size_t size) const;

 private:
  std::span<const uint8_t> rest_;
  std::span<const uint8_t> value_;
  uint16_t type_ = 0;
};

// A generic netlink socket for requests, one request at a time.
class RequestSocket {
 public:
  // Returns 0 or an errno.
  int Open();

  // Sends a request and receives its answer up to the ack. `*attributes`: the attributes of the message
  // before the ack, valid until the next call; empty when there was no such message.
  Verdict Ask(GenericRequest& request, std::span<const uint8_t>* attributes = nullptr);

 private:
  bool Take(std::span<const uint8_t> datagram, Verdict* verdict);

  UniqueFd fd_;
  uint32_t sequence_ = 0;
  // Answers to the guard's requests are below 1 KiB. A longer datagram is cut, and ignored.
  alignas(nlmsghdr) uint8_t datagram_[8192];
  uint8_t answer_[8192];
  size_t answer_length_ = 0;
};

}  // namespace dropcap::guard

#endif  // DROPCAP_NATIVE_GUARD_NETLINK_H_
