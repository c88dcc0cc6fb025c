#ifndef DROPCAP_NATIVE_HOT_HOT_PATH_H_
#define DROPCAP_NATIVE_HOT_HOT_PATH_H_

#include <napi.h>

#include "alert_templates.h"
#include "packet_templates.h"

namespace dropcap {

// Implements AlertTemplates of src/binding/hotPath.ts.
class AlertTemplatesObject : public Napi::ObjectWrap<AlertTemplatesObject> {
 public:
  static Napi::Function DefineClass(Napi::Env env);
  explicit AlertTemplatesObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {}

 private:
  void Learn(const Napi::CallbackInfo& info);
  Napi::Value DecodeMessages(const Napi::CallbackInfo& info);
  Napi::Value DecodeRecords(const Napi::CallbackInfo& info);
  void Clear(const Napi::CallbackInfo& info);

  AlertTemplates templates_;
};

// Implements PacketTemplates of src/binding/hotPath.ts.
class PacketTemplatesObject : public Napi::ObjectWrap<PacketTemplatesObject> {
 public:
  static Napi::Function DefineClass(Napi::Env env);
  explicit PacketTemplatesObject(const Napi::CallbackInfo& info) : ObjectWrap(info) {}

 private:
  void Learn(const Napi::CallbackInfo& info);
  Napi::Value Encode(const Napi::CallbackInfo& info);
  void Clear(const Napi::CallbackInfo& info);

  PacketTemplates templates_;
};

// resolveDevices(arena, columns, row, length, devices, addressFilter)
Napi::Value ResolveDevicesOfBatch(const Napi::CallbackInfo& info);

}  // namespace dropcap

#endif  // DROPCAP_NATIVE_HOT_HOT_PATH_H_
