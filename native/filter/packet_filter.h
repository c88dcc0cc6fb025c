#ifndef DROPCAP_NATIVE_FILTER_PACKET_FILTER_H_
#define DROPCAP_NATIVE_FILTER_PACKET_FILTER_H_

#include <napi.h>

#include "libpcap.h"

namespace dropcap {

// Implements PacketFilter of src/binding/packetFilter.ts.
class PacketFilterObject : public Napi::ObjectWrap<PacketFilterObject> {
 public:
  static Napi::Function DefineClass(Napi::Env env);
  explicit PacketFilterObject(const Napi::CallbackInfo& info);
  ~PacketFilterObject() override;

 private:
  bool Matches(const uint8_t* packet, size_t length, size_t original_length) const;
  void MatchRows(const Napi::CallbackInfo& info);
  Napi::Value Match(const Napi::CallbackInfo& info);
  Napi::Value Constant(const Napi::CallbackInfo& info);
  Napi::Value AsksKernel(const Napi::CallbackInfo& info);

  const Libpcap* pcap_ = nullptr;
  BpfProgram program_{0, nullptr};
};

// The version of libpcap for people; undefined without libpcap.
Napi::Value PcapVersion(const Napi::CallbackInfo& info);

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_FILTER_PACKET_FILTER_H_
