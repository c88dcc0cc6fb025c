#include "netlink.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace dropcap::guard {
namespace {

constexpr size_t Align4(size_t size) { return (size + 3) & ~size_t{3}; }

// Reads an NLMSG_ERROR: struct nlmsgerr, then attributes. `body` is the message after its header.
//
//     offset size name
//     0      4    error       negative errno, signed
//     4      16   msg         header of the request
//     20     ...  body        of the request, unless NLM_F_CAPPED
//     ...    ...  attributes  if NLM_F_ACK_TLVS: NLMSGERR_ATTR_MSG is a string
//
// Source: netlink_ack() of net/netlink/af_netlink.c, Linux 6.12.
void ReadVerdict(uint16_t flags, std::span<const uint8_t> body, Verdict* verdict) {
  nlmsgerr head{};
  if (body.size() < sizeof(head)) {
    verdict->error = EPROTO;
    return;
  }
  std::memcpy(&head, body.data(), sizeof(head));
  verdict->error = head.error > 0 || head.error < -4095 ? EPROTO : -head.error;
  if ((flags & NLM_F_ACK_TLVS) == 0) return;
  size_t at = sizeof(head);
  if ((flags & NLM_F_CAPPED) == 0 && head.msg.nlmsg_len > NLMSG_HDRLEN) {
    at += Align4(std::min<size_t>(head.msg.nlmsg_len, body.size()) - NLMSG_HDRLEN);
  }
  AttributeWalk walk(body.subspan(std::min(at, body.size())));
  while (walk.Next()) {
    if (walk.type() != NLMSGERR_ATTR_MSG) continue;
    const auto* const text = reinterpret_cast<const char*>(walk.value().data());
    verdict->text_length =
        static_cast<uint32_t>(strnlen(text, std::min(walk.value().size(), sizeof(verdict->text))));
    std::memcpy(verdict->text, text, verdict->text_length);
  }
}

}  // namespace

GenericRequest::GenericRequest(uint16_t family, uint8_t command, uint8_t version) {
  message_.header.nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN;
  message_.header.nlmsg_type = family;
  message_.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  message_.generic.cmd = command;
  message_.generic.version = version;
}

GenericRequest& GenericRequest::String(uint16_t type, const char* value) {
  return Put(type, value, std::strlen(value) + 1);
}

GenericRequest& GenericRequest::Put(uint16_t type, const void* value, size_t size) {
  const size_t at = message_.header.nlmsg_len - (NLMSG_HDRLEN + GENL_HDRLEN);
  const nlattr header{.nla_len = static_cast<uint16_t>(NLA_HDRLEN + size), .nla_type = type};
  if (sizeof(message_.attributes) - at < NLA_HDRLEN + Align4(size)) __builtin_trap();
  std::memcpy(message_.attributes + at, &header, sizeof(header));
  if (size > 0) std::memcpy(message_.attributes + at + NLA_HDRLEN, value, size);
  message_.header.nlmsg_len += static_cast<uint32_t>(NLA_HDRLEN + Align4(size));
  return *this;
}

bool AttributeWalk::Next() {
  nlattr header{};
  if (rest_.size() < sizeof(header)) return false;
  std::memcpy(&header, rest_.data(), sizeof(header));
  if (header.nla_len < NLA_HDRLEN || header.nla_len > rest_.size()) return false;
  type_ = header.nla_type & NLA_TYPE_MASK;
  value_ = rest_.subspan(NLA_HDRLEN, header.nla_len - NLA_HDRLEN);
  rest_ = rest_.subspan(std::min(Align4(header.nla_len), rest_.size()));
  return true;
}

bool AttributeWalk::Read(void* to, size_t size) const {
  if (value_.size() != size) return false;
  std::memcpy(to, value_.data(), size);
  return true;
}

int RequestSocket::Open() {
  if (fd_.is_open()) return 0;
  UniqueFd fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_GENERIC));
  if (!fd.is_open()) return errno;
  // Extended acks, and acks without the request in them. Ignore errors: older kernels lack these options.
  const int on = 1;
  setsockopt(fd.get(), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
  setsockopt(fd.get(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
  // Connect to the kernel (port id 0): only the kernel's messages then arrive.
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  if (connect(fd.get(), reinterpret_cast<sockaddr*>(&kernel), sizeof(kernel)) != 0) return errno;
  fd_.Reset(fd.Release());
  return 0;
}

Verdict RequestSocket::Ask(GenericRequest& request, std::span<const uint8_t>* attributes) {
  Verdict verdict;
  request.message_.header.nlmsg_seq = ++sequence_;
  answer_length_ = 0;
  if (send(fd_.get(), &request.message_, request.message_.header.nlmsg_len, 0) < 0) {
    verdict.error = errno;
    return verdict;
  }
  // The kernel handles the request before send() returns (netlink_unicast_kernel, net/netlink/af_netlink.c),
  // so the whole answer is queued now. Messages of an earlier answer are skipped.
  for (;;) {
    sockaddr_nl sender{};
    socklen_t sender_length = sizeof(sender);
    const ssize_t size = recvfrom(fd_.get(), datagram_, sizeof(datagram_), MSG_TRUNC,
                                  reinterpret_cast<sockaddr*>(&sender), &sender_length);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) {
      verdict.error = errno == EAGAIN ? ENOBUFS : errno;
      verdict.uncertain = true;
      return verdict;
    }
    if (sender.nl_pid != 0 || static_cast<size_t>(size) > sizeof(datagram_)) continue;
    if (Take({datagram_, static_cast<size_t>(size)}, &verdict)) break;
  }
  if (attributes != nullptr) *attributes = {answer_, answer_length_};
  return verdict;
}

// Reads the messages of a datagram that answer the latest request. True when one of them is the ack.
bool RequestSocket::Take(std::span<const uint8_t> datagram, Verdict* verdict) {
  while (datagram.size() >= NLMSG_HDRLEN) {
    nlmsghdr header;
    std::memcpy(&header, datagram.data(), sizeof(header));
    if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > datagram.size()) return false;
    const auto body = datagram.subspan(NLMSG_HDRLEN, header.nlmsg_len - NLMSG_HDRLEN);
    if (header.nlmsg_seq == sequence_) {
      if (header.nlmsg_type == NLMSG_ERROR) {
        ReadVerdict(header.nlmsg_flags, body, verdict);
        return true;
      }
      if (body.size() > GENL_HDRLEN) {
        answer_length_ = body.size() - GENL_HDRLEN;
        std::memcpy(answer_, body.data() + GENL_HDRLEN, answer_length_);
      }
    }
    datagram = datagram.subspan(std::min(Align4(header.nlmsg_len), datagram.size()));
  }
  return false;
}

}  // namespace dropcap::guard
