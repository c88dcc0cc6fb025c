#include "hot_path.h"

#include <cstdint>
#include <span>
#include <string>

#include "../js_values.h"
#include "decode.h"
#include "framing.h"

namespace dropcap {
namespace {

constexpr int64_t kMaxIndex = UINT32_MAX;

std::span<uint8_t> BytesArgument(const Napi::CallbackInfo& info, size_t position, const char* name) {
  Napi::Uint8Array bytes = Bytes(info[position], name);
  return {bytes.Data(), bytes.ByteLength()};
}

std::span<uint32_t> WordsArgument(const Napi::CallbackInfo& info, size_t position, const char* name,
                                  size_t least) {
  Napi::Uint32Array words = Words(info[position], name);
  if (words.ElementLength() < least) {
    throw Napi::RangeError::New(info.Env(), std::string(name) + " is too short");
  }
  return {words.Data(), words.ElementLength()};
}

size_t IndexArgument(const Napi::CallbackInfo& info, size_t position, const char* name, size_t most) {
  return static_cast<size_t>(IntegerArgument(info, position, name, 0, static_cast<int64_t>(most)));
}

// The first two arguments of functions on a batch: arena, columns.
BatchMemory BatchArguments(const Napi::CallbackInfo& info) {
  const std::span<uint8_t> arena = BytesArgument(info, 0, "arena");
  const std::span<uint32_t> columns = WordsArgument(info, 1, "columns", 0);
  return {.arena = arena.data(),
          .arena_bytes = arena.size(),
          .columns = DropColumns(columns.data(), columns.size())};
}

Napi::Value Count(const Napi::CallbackInfo& info, size_t count) {
  return Napi::Number::New(info.Env(), static_cast<double>(count));
}

}  // namespace

Napi::Function AlertTemplatesObject::DefineClass(Napi::Env env) {
  return ObjectWrap::DefineClass(env, "AlertTemplates",
                                 {
                                     InstanceMethod<&AlertTemplatesObject::Learn>("learn"),
                                     InstanceMethod<&AlertTemplatesObject::DecodeMessages>("decodeMessages"),
                                     InstanceMethod<&AlertTemplatesObject::DecodeRecords>("decodeRecords"),
                                     InstanceMethod<&AlertTemplatesObject::Clear>("clear"),
                                 });
}

void AlertTemplatesObject::Learn(const Napi::CallbackInfo& info) {
  const std::span<uint8_t> arena = BytesArgument(info, 0, "arena");
  const size_t start = IndexArgument(info, 1, "start", arena.size());
  const size_t length = IndexArgument(info, 2, "length", arena.size() - start);
  const auto kind = static_cast<uint32_t>(IndexArgument(info, 3, "kind", kMaxIndex));
  if (!info[4].IsBoolean()) throw Napi::TypeError::New(info.Env(), "mayBeCopy must be a boolean");
  templates_.Learn(arena.subspan(start, length), kind, info[4].As<Napi::Boolean>().Value());
}

Napi::Value AlertTemplatesObject::DecodeMessages(const Napi::CallbackInfo& info) {
  BatchMemory batch = BatchArguments(info);
  const size_t row = IndexArgument(info, 2, "row", kMaxIndex);
  const std::span<uint32_t> index = WordsArgument(info, 3, "index", 0);
  const size_t count = IndexArgument(info, 4, "count", index.size() / 2);
  const size_t first = IndexArgument(info, 5, "first", count);
  const auto family_id = static_cast<uint32_t>(IndexArgument(info, 6, "familyId", UINT16_MAX));
  return Count(info, dropcap::DecodeMessages(templates_, batch, row, index.data() + 2 * first, count - first,
                                             family_id));
}

Napi::Value AlertTemplatesObject::DecodeRecords(const Napi::CallbackInfo& info) {
  BatchMemory batch = BatchArguments(info);
  const size_t row = IndexArgument(info, 2, "row", kMaxIndex);
  const size_t end = IndexArgument(info, 4, "end", batch.arena_bytes);
  const size_t at = IndexArgument(info, 3, "at", end);
  const auto family_id = static_cast<uint32_t>(IndexArgument(info, 5, "familyId", UINT16_MAX));
  return Count(info, dropcap::DecodeRecords(templates_, batch, row, at, end, family_id));
}

void AlertTemplatesObject::Clear(const Napi::CallbackInfo&) { templates_.Clear(); }

Napi::Function PacketTemplatesObject::DefineClass(Napi::Env env) {
  return ObjectWrap::DefineClass(env, "PacketTemplates",
                                 {
                                     InstanceMethod<&PacketTemplatesObject::Learn>("learn"),
                                     InstanceMethod<&PacketTemplatesObject::Encode>("encode"),
                                     InstanceMethod<&PacketTemplatesObject::Clear>("clear"),
                                 });
}

void PacketTemplatesObject::Learn(const Napi::CallbackInfo& info) {
  const BatchMemory batch = BatchArguments(info);
  const size_t row = IndexArgument(info, 2, "row", kMaxIndex);
  const auto interface_id = static_cast<uint32_t>(IndexArgument(info, 3, "interfaceId", kMaxIndex));
  const std::span<uint8_t> prefix = BytesArgument(info, 4, "prefix");
  const std::span<uint8_t> options = BytesArgument(info, 5, "options");
  if (row < batch.columns.capacity) templates_.Learn(batch.columns, row, interface_id, prefix, options);
}

Napi::Value PacketTemplatesObject::Encode(const Napi::CallbackInfo& info) {
  const BatchMemory batch = BatchArguments(info);
  const size_t length = IndexArgument(info, 3, "length", kMaxIndex);
  const size_t row = IndexArgument(info, 2, "row", length);
  const std::span<uint8_t> bytes = BytesArgument(info, 4, "output");
  const std::span<uint32_t> written = WordsArgument(info, 5, "written", 1);
  const std::span<uint32_t> times = WordsArgument(info, 7, "times", sizeof(TimeWords) / sizeof(uint32_t));
  if (!info[6].IsTypedArray() || info[6].As<Napi::TypedArray>().TypedArrayType() != napi_float64_array) {
    throw Napi::TypeError::New(info.Env(), "packets must be a Float64Array");
  }
  auto packets = info[6].As<Napi::Float64Array>();
  if (written[0] > bytes.size()) throw Napi::RangeError::New(info.Env(), "output is too short");
  BlockOutput output = {.bytes = bytes,
                        .length = written[0],
                        .packets = {packets.Data(), packets.ElementLength()},
                        .times = reinterpret_cast<TimeWords*>(times.data())};
  const size_t rows = templates_.Encode(batch, row, length, output);
  written[0] = static_cast<uint32_t>(output.length);
  return Count(info, rows);
}

void PacketTemplatesObject::Clear(const Napi::CallbackInfo&) { templates_.Clear(); }

Napi::Value ResolveDevicesOfBatch(const Napi::CallbackInfo& info) {
  BatchMemory batch = BatchArguments(info);
  const size_t length = IndexArgument(info, 3, "length", batch.columns.capacity);
  const size_t row = IndexArgument(info, 2, "row", length);
  const std::span<uint32_t> devices =
      WordsArgument(info, 4, "devices", kDeviceKinds * sizeof(DeviceWords) / sizeof(uint32_t));
  const std::span<uint8_t> filter = BytesArgument(info, 5, "addressFilter");
  if (filter.size() != kAddressFilterBytes)
    throw Napi::RangeError::New(info.Env(), "addressFilter must be kAddressFilterBytes long");
  return Count(info, ResolveDevices(batch, row, length, reinterpret_cast<const DeviceWords*>(devices.data()),
                                    filter.data()));
}

}  // namespace dropcap
