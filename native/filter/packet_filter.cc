#include "packet_filter.h"

#include <string>

#include "../hot/drop_columns.h"
#include "../js_values.h"

namespace dropcap {
namespace {

// MAXIMUM_SNAPLEN of libpcap: the longest packet, and what a program returns for a packet that matches.
constexpr int kSnapLength = 262'144;
// As tcpdump -r: `ip broadcast` is then 255.255.255.255 or 0.0.0.0.
constexpr uint32_t kNoNetmask = 0;
constexpr int64_t kMaxLinkType = 65'535;
// SKF_AD_OFF of linux/filter.h: a load from such an offset on asks the kernel for a fact of the packet, as
// its direction. Without a kernel, it fails, and the packet does not match.
constexpr uint32_t kFirstKernelOffset = 0xfffff000;
// BPF_LD + BPF_ABS without the size; BPF_RET + BPF_K.
constexpr uint16_t kNoSize = 0xffe7, kLoadAbsolute = 0x20, kReturnConstant = 0x06;

}  // namespace

Napi::Function PacketFilterObject::DefineClass(Napi::Env env) {
  return ObjectWrap::DefineClass(env, "PacketFilter",
                                 {
                                     InstanceMethod<&PacketFilterObject::MatchRows>("matchRows"),
                                     InstanceMethod<&PacketFilterObject::Match>("match"),
                                     InstanceAccessor<&PacketFilterObject::Constant>("constant"),
                                     InstanceAccessor<&PacketFilterObject::AsksKernel>("asksKernel"),
                                 });
}

// PacketFilter(dataLinkType, expression)
PacketFilterObject::PacketFilterObject(const Napi::CallbackInfo& info)
    : ObjectWrap(info), pcap_(LoadLibpcap()) {
  const auto link_type = static_cast<int>(IntegerArgument(info, 0, "dataLinkType", 0, kMaxLinkType));
  if (!info[1].IsString()) throw Napi::TypeError::New(info.Env(), "expression must be a string");
  if (pcap_ == nullptr) throw Napi::Error::New(info.Env(), "libpcap is missing");
  const std::string expression = info[1].As<Napi::String>().Utf8Value();
  Pcap* const handle = pcap_->open_dead(link_type, kSnapLength);
  if (handle == nullptr) throw Napi::Error::New(info.Env(), "libpcap is out of memory");
  if (pcap_->compile(handle, &program_, expression.c_str(), 1, kNoNetmask) != 0) {
    const std::string error = pcap_->last_error(handle);
    pcap_->close(handle);
    program_ = {0, nullptr};
    throw Napi::Error::New(info.Env(), error);
  }
  pcap_->close(handle);
}

PacketFilterObject::~PacketFilterObject() {
  if (program_.instructions != nullptr) pcap_->free_code(&program_);
}

bool PacketFilterObject::Matches(const uint8_t* packet, size_t length, size_t original_length) const {
  const PacketHeader header = {.time = {},
                               .captured_length = static_cast<uint32_t>(length),
                               .length = static_cast<uint32_t>(original_length)};
  return pcap_->offline_filter(&program_, &header, packet) != 0;
}

// matchRows(arena, columns, length, wanted): of the first `length` rows, those whose byte in `wanted` is 1.
void PacketFilterObject::MatchRows(const Napi::CallbackInfo& info) {
  Napi::Uint8Array arena = Bytes(info[0], "arena");
  Napi::Uint32Array memory = Words(info[1], "columns");
  const DropColumns columns(memory.Data(), memory.ElementLength());
  Napi::Uint8Array wanted = Bytes(info[3], "wanted");
  const auto length =
      static_cast<size_t>(IntegerArgument(info, 2, "length", 0, static_cast<int64_t>(columns.capacity)));
  if (wanted.ByteLength() < length) throw Napi::RangeError::New(info.Env(), "wanted is too short");
  for (size_t row = 0; row < length; ++row) {
    if (wanted[row] != 1) continue;
    const size_t offset = columns.payload_offset[row];
    const size_t bytes = columns.payload_length[row];
    if (offset > arena.ByteLength() || bytes > arena.ByteLength() - offset) {
      throw Napi::RangeError::New(info.Env(), "a payload must be in the arena");
    }
    wanted[row] = Matches(arena.Data() + offset, bytes, columns.original_length[row]) ? 1 : 0;
  }
}

// match(packet, originalLength)
Napi::Value PacketFilterObject::Match(const Napi::CallbackInfo& info) {
  Napi::Uint8Array packet = Bytes(info[0], "packet");
  const auto original_length = static_cast<size_t>(IntegerArgument(info, 1, "originalLength", 0, UINT32_MAX));
  return Napi::Boolean::New(info.Env(), Matches(packet.Data(), packet.ByteLength(), original_length));
}

// What the program returns for every packet; undefined when that depends on the packet.
Napi::Value PacketFilterObject::Constant(const Napi::CallbackInfo& info) {
  const BpfInstruction& first = program_.instructions[0];
  if (first.code != kReturnConstant) return info.Env().Undefined();
  return Napi::Boolean::New(info.Env(), first.k != 0);
}

Napi::Value PacketFilterObject::AsksKernel(const Napi::CallbackInfo& info) {
  bool asks = false;
  for (unsigned int i = 0; i < program_.length; ++i) {
    const BpfInstruction& each = program_.instructions[i];
    asks = asks || ((each.code & kNoSize) == kLoadAbsolute && each.k >= kFirstKernelOffset);
  }
  return Napi::Boolean::New(info.Env(), asks);
}

Napi::Value PcapVersion(const Napi::CallbackInfo& info) {
  const Libpcap* const pcap = LoadLibpcap();
  if (pcap == nullptr) return info.Env().Undefined();
  return Napi::String::New(info.Env(), pcap->version());
}

}  // namespace dropcap
